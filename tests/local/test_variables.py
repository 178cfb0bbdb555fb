import dataclasses
import json

import pytest

from local.deployment import read_template
from local.intrinsics import TemplateError
from local.template import FunctionDefinition
from local.variables import MAX_BYTES, check_deployable
from tests.local.conftest import definition


def declaring(**variables: str) -> FunctionDefinition:
    return dataclasses.replace(definition(), variables=variables)


def test_variables_of_exactly_the_limit_are_deployable() -> None:
    envelope = len(json.dumps({"TEXT": "", "OTHER": "é"}, separators=(",", ":"))) - 4
    check_deployable(declaring(TEXT="x" * (MAX_BYTES - envelope), OTHER="é"), {})
    with pytest.raises(TemplateError, match=f"{MAX_BYTES + 1} bytes"):
        check_deployable(declaring(TEXT="x" * (MAX_BYTES - envelope + 1), OTHER="é"), {})


def test_too_many_variables_name_the_function_and_the_largest() -> None:
    large = declaring(SMALL="", LARGE="x" * 5000, NEXT="x" * 100)
    with pytest.raises(TemplateError, match=r"of Plain are 51\d\d.*: LARGE \(5012\), NEXT"):
        check_deployable(large, {})


def test_a_settings_value_counts_instead_of_the_templates() -> None:
    with pytest.raises(TemplateError, match="LARGE"):
        check_deployable(declaring(LARGE=""), {"LARGE": "x" * 5000})
    # The template does not declare it, so it is not deployed.
    check_deployable(declaring(LARGE=""), {"LIVEPEER_API_KEY": "x" * 5000})


def test_reserved_names_are_refused() -> None:
    with pytest.raises(TemplateError, match="Plain sets AWS_REGION, _HANDLER, which Lambda"):
        check_deployable(declaring(_HANDLER="x", AWS_REGION="x", AWS_ENDPOINT_URL="x"), {})


def test_the_template_is_refused_with_a_setting_that_lambda_cannot_hold() -> None:
    with pytest.raises(TemplateError, match=r"ChatFunction.*SYSTEM_PROMPT"):
        read_template({"SYSTEM_PROMPT": "x" * 4096})
