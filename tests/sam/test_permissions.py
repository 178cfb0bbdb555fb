"""Each role may do what its function does, on the resources it uses, and no more."""

import json
import re
from collections.abc import Iterator
from typing import Any

from shared.aws.service import DYNAMODB, Service
from shared.settings import Settings
from shared.table.table import Table
from tests.api.server import account, settings_for
from tests.conftest import TestTable
from tests.sam.project import FUNCTIONS
from tests.sam.transformed import chosen, resources, transformed
from tests.scripted_gateway import MODES, ScriptedGateway, in_turn
from tests.warmup.models import MODELS, visit_what_is_due

# Wildcards that were reviewed. Each comment says why it is needed.
REVIEWED = {
    # Any file of the bucket, for the distribution only (a condition names it).
    "ReadByDistribution": "${PageBucket.Arn}/*",
    # Secrets Manager ends each ARN with six random characters. The name is complete.
    "GatewayKey": "secret:${GatewayKeySecret}-??????",
    # DescribeAlarms needs permission for all alarms.
    "WatchAlarms": ":alarm:*",
}
MANAGED = {
    # Writes to log groups. SAM gives it to every function.
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
}


def statements(node: Any) -> Iterator[dict[str, Any]]:
    """Yield the statements of every policy in the template, also those under conditions."""
    if isinstance(node, dict):
        if "Effect" in node:
            yield node
        for child in node.values():
            yield from statements(child)
    elif isinstance(node, list):
        for child in node:
            yield from statements(child)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(role: str, service: str) -> dict[str, list[str]]:
    """Return the service's actions that a role allows, and their resources."""
    properties = transformed()["Resources"][role]["Properties"]
    found: dict[str, list[str]] = {}
    for statement in statements(properties["Policies"]):
        for action in listed(statement["Action"]):
            kind, _, name = action.partition(":")
            if kind == service:
                found.setdefault(name, []).append(json.dumps(statement["Resource"]))
    return found


def test_every_wildcard_was_reviewed() -> None:
    found = set()
    for statement in statements(transformed()["Resources"]):
        assert "NotAction" not in statement
        assert "NotResource" not in statement
        actions, reach = json.dumps(statement["Action"]), json.dumps(statement.get("Resource", ""))
        assert "*" not in actions
        if re.search(r"[*?]", reach):
            name = statement.get("Sid", reach)
            assert REVIEWED.get(name, "\0") in reach, statement
            found.add(name)
    assert found == REVIEWED.keys()


def test_the_public_may_invoke_through_the_function_url_only() -> None:
    open_to_all = [
        permission
        for permission in resources("AWS::Lambda::Permission")
        if permission["Principal"] == "*"
    ]
    assert len(open_to_all) == 2
    for permission in open_to_all:
        assert "FunctionUrlAuthType" in permission or permission["InvokedViaFunctionUrl"] is True
    for statement in statements(transformed()["Resources"]):
        assert statement.get("Principal") != "*"


def test_the_only_aws_managed_policy_is_the_one_for_logs() -> None:
    given = {
        policy
        for role in resources("AWS::IAM::Role")
        for policy in role.get("ManagedPolicyArns", ())
        if isinstance(policy, str)
    }
    assert given == MANAGED


def test_the_chat_may_call_what_the_table_module_calls() -> None:
    source = (FUNCTIONS / "shared" / "table" / "table.py").read_text()
    called = set(re.findall(r'_(?:call|run)\(\s*"(\w+)"', source))
    assert "TransactWriteItems" in called
    # A transaction needs the permissions of its parts.
    used = called - {"TransactWriteItems"} | {"ConditionCheckItem"}
    assert granted("ChatFunctionRole", "dynamodb").keys() == used


def test_the_warm_up_may_only_read_and_update_warmth() -> None:
    assert granted("WarmupFunctionRole", "secretsmanager") == {}
    assert granted("WarmupFunctionRole", "dynamodb").keys() == {"Query", "UpdateItem"}


def test_only_the_schedule_may_send_dead_letters() -> None:
    assert granted("WarmupFunctionRole", "sqs") == {}
    assert granted("WarmupFunctionScheduleRole", "sqs").keys() == {"SendMessage"}


def test_the_gateways_key_is_decrypted_by_secrets_manager_only() -> None:
    key = "arn:aws:kms:us-east-1:111122223333:key/0a1b"
    policy = chosen(GatewayKeySecret="gateway", GatewayKeyKmsKey=key)["GatewayKeyPolicy"]
    (decrypt,) = [each for each in statements(policy) if each["Action"] == "kms:Decrypt"]
    assert decrypt["Resource"] == key
    service = decrypt["Condition"]["StringEquals"]["kms:ViaService"]
    assert service == "secretsmanager.us-east-1.amazonaws.com"


def test_awss_own_key_needs_no_permission() -> None:
    policy = chosen(GatewayKeySecret="gateway")["GatewayKeyPolicy"]
    assert [each["Sid"] for each in statements(policy)] == ["GatewayKey"]


def test_codedeploy_may_only_move_the_alias_and_watch_alarms() -> None:
    role = chosen(GradualDeployment="Canary10Percent5Minutes")["ReleaseRole"]
    allowed = {each["Sid"]: each for each in statements(role["Properties"]["Policies"])}
    assert allowed.keys() == {"MoveAlias", "WatchAlarms"}
    assert allowed["MoveAlias"]["Resource"] == ["ChatFunction.Arn", "ChatFunction.Arn:live"]
    assert "ManagedPolicyArns" not in role["Properties"]


async def test_a_warm_up_run_uses_every_permission(table: TestTable) -> None:
    """With a model that answers, one that fails, and a quota."""
    called: set[str] = set()

    class Recording(Service):
        async def call(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
            called.add(operation)
            return await super().call(operation, arguments)

    script = in_turn(MODES["normal"].script, MODES["500"].script)
    async with ScriptedGateway(script) as gateway:
        settings: Settings = settings_for(
            gateway, table, LIVEPEER_MODELS=MODELS, WARMUPS_PER_DAY="2"
        )
        rows = Table(table.name, lambda: Recording(DYNAMODB, account(table.endpoint)))
        await visit_what_is_due(settings, rows)
        await visit_what_is_due(settings, rows)
        await rows.close()
    assert called == granted("WarmupFunctionRole", "dynamodb").keys()
