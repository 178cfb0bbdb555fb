"""What `make deploy` would deploy with the user's settings."""

from collections.abc import Mapping

from local.options import ROOT
from local.settings import local_variables, parameters
from local.template import Template
from local.variables import check_deployable
from shared.models import Model
from shared.settings import Settings

# The gateway's address until the gateway has started.
_PLACEHOLDER_GATEWAY = "http://127.0.0.1"
# Parameters as `make deploy` sets them. With a gateway, the template enables the warm-up schedule.
_PARAMETERS = {"GatewayUrl": _PLACEHOLDER_GATEWAY, "WarmupConcurrency": "2"}


def read_template(chosen: Mapping[str, str]) -> Template:
    """Raises TemplateError if AWS would refuse the template with these settings."""
    template = Template.read(ROOT / "template.yaml", {**_PARAMETERS, **parameters(chosen)})
    for definition in template.functions():
        check_deployable(definition, chosen)
    return template


def offered_models(template: Template, chosen: Mapping[str, str]) -> tuple[Model, ...]:
    """Return the models the functions will offer. Raises SettingsError if they cannot start."""
    placeholders = {"LIVEPEER_GATEWAY_URL": _PLACEHOLDER_GATEWAY, "TABLE_NAME": "Table"}
    offered = {
        model.id: model
        for definition in template.functions()
        for model in Settings.from_env(
            local_variables(definition.variables, placeholders, chosen)
        ).models
    }
    return tuple(offered.values())
