"""`make deploy` and `make destroy` in an AWS account that MiniStack plays.

All that builds into .aws-sam/build is in this file, so that no two do it at once.
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from botocore.exceptions import ClientError
from ulid import ULID

from deploy.__main__ import DEFAULT_STACK
from deploy.check import CheckFailed, SelfCheck
from deploy.stack import Stack
from tests.background import Background
from tests.deploy.cloud import REGION, Account
from tests.deploy.conftest import Deployed
from tests.sam.project import ROOT
from tests.scripted_gateway.modes.mode import TEXT

STACK_TO_BREAK = "chat-to-break"
SAID = "Say it."


def test_it_shows_its_steps_passes_its_own_check_and_names_the_page(deployed: Deployed) -> None:
    assert deployed.exit_code == 0, deployed.output
    assert re.findall(r"\[(\d)/5\]", deployed.output) == ["1", "2", "3", "4", "5"]
    assert "create complete: PageDistribution" in deployed.output
    assert "FAILED" not in deployed.output
    assert deployed.outputs["PageUrl"] in deployed.output


def test_the_page_knows_its_function_url_and_may_connect_to_no_other(deployed: Deployed) -> None:
    api = deployed.outputs["FunctionUrl"].rstrip("/")
    with deployed.http() as http:
        page = http.get(deployed.outputs["PageUrl"] + "/c/01JD5ZK3B5Q3M7E8N9P0R1S2T3")
        config = http.get(deployed.outputs["PageUrl"] + "/config.json")
    assert config.json() == {"api": api}
    meta = f"""<meta http-equiv="Content-Security-Policy" content="connect-src 'self' {api}" />"""
    assert page.text.index(meta) < page.text.index("<script")
    header = page.headers["content-security-policy"]
    assert "default-src 'none'" in header
    assert "frame-ancestors 'none'" in header


def test_only_files_with_a_hash_in_their_name_are_kept_by_browsers(deployed: Deployed) -> None:
    s3 = deployed.account.client("s3")
    bucket = deployed.outputs["PageBucketName"]
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    caching = {key: s3.head_object(Bucket=bucket, Key=key)["CacheControl"] for key in keys}
    assert caching["index.html"] == caching["config.json"] == "no-cache"
    hashed = [key for key in keys if key.startswith("assets/")]
    assert len(hashed) >= 2
    assert {caching[key] for key in hashed} == {"public, max-age=31536000, immutable"}


def test_a_turn_is_answered_and_kept_in_the_table(deployed: Deployed) -> None:
    with deployed.http() as http:
        http.headers["authorization"] = f"Bearer {token(http, deployed.outputs)}"
        turn = say(http, deployed.outputs, str(ULID()))
    assert turn.startswith("event: turn\n")
    assert '"outcome":"complete"' in turn
    table = deployed.account.client("dynamodb")
    rows = table.scan(TableName=deployed.outputs["TableName"])["Items"]
    assert TEXT in [row["content"]["S"] for row in rows if "content" in row]


def test_the_page_alone_may_call_the_function_url(deployed: Deployed) -> None:
    [config] = deployed.account.client("lambda").list_function_url_configs(
        FunctionName=deployed.account.physical_id(deployed.stack, "ChatFunction")
    )["FunctionUrlConfigs"]
    assert config["Cors"]["AllowOrigins"] == [deployed.outputs["PageUrl"]]
    assert config["InvokeMode"] == "RESPONSE_STREAM"


def test_no_secret_is_in_the_environment_of_a_function(deployed: Deployed) -> None:
    secret = session_secret(deployed)
    assert len(secret) >= 32
    for name in ("ChatFunction", "WarmupFunction"):
        assert secret not in json.dumps(variables(deployed, name))
        assert "SESSION_SECRET" not in variables(deployed, name)


def test_what_it_says_holds_no_secret_and_no_token(deployed: Deployed) -> None:
    assert session_secret(deployed) not in deployed.output
    # The self-check's session token is a JWT.
    assert "eyJ" not in deployed.output


async def test_a_parameter_holds_until_it_is_given_anew(deployed: Deployed) -> None:
    again = await deployed.account.make("deploy", f"ARGS=--stack {deployed.stack} MaxTokens=77")
    assert again.returncode == 0, again.stdout + again.stderr
    chat = variables(deployed, "ChatFunction")
    assert chat["MAX_TOKENS"] == "77"
    assert chat["LIVEPEER_GATEWAY_URL"] == deployed.gateway_url


async def test_a_first_deployment_without_a_gateway_asks_for_it(aws: Account) -> None:
    refused = await aws.make("deploy", "ARGS=--stack another")
    assert refused.returncode != 0
    assert "GatewayUrl=https://" in refused.stderr


async def test_what_destroying_keeps_another_stack_can_go_on_with(deployed: Deployed) -> None:
    stack, conversation = "chat-to-destroy", str(ULID())
    outputs = await deployed.account.made(stack, deployed.gateway_url)
    page = deployed.account.client("s3")
    page.put_object(Bucket=outputs["PageBucketName"], Key="index.html", Body=b"")
    with deployed.http() as http:
        http.headers["authorization"] = f"Bearer {token(http, outputs)}"
        say(http, outputs, conversation)

        destroyed = await deployed.account.make("destroy", f"ARGS=--stack {stack}")
        assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
        with pytest.raises(ClientError, match="does not exist"):
            await deployed.account.outputs(stack)
        assert outputs["PageBucketName"] not in [b["Name"] for b in page.list_buckets()["Buckets"]]
        assert outputs["TableName"] in tables(deployed.account)
        table, secret = outputs["TableName"], outputs["SessionSecretArn"]
        assert f"KeptTable={table} KeptSessionSecret={secret}" in destroyed.stdout

        # MiniStack names a secret where AWS gives its ARN.
        arn = deployed.account.client("secretsmanager").describe_secret(SecretId=secret)["ARN"]
        kept = (f"KeptTable={table}", f"KeptSessionSecret={arn}")
        again = await deployed.account.made("chat-again", deployed.gateway_url, *kept)
        assert again["TableName"] == outputs["TableName"]
        found = http.get(f"{again['FunctionUrl']}api/conversations/{conversation}")
    assert [each["content"] for each in found.json()["messages"]] == [SAID, TEXT]


async def test_destroying_removes_the_conversations_when_told(deployed: Deployed) -> None:
    stack = "chat-to-forget"
    outputs = await deployed.account.made(stack, deployed.gateway_url)
    await deployed.account.make("destroy", f"ARGS=--stack {stack}", KEEP_TABLE="no")
    assert outputs["TableName"] not in tables(deployed.account)
    with pytest.raises(ClientError):
        deployed.account.client("secretsmanager").describe_secret(
            SecretId=outputs["SessionSecretArn"]
        )


async def test_with_snapshots_everything_leads_to_the_alias(deployed: Deployed) -> None:
    stack = "chat-with-snapshots"
    outputs = await deployed.account.made(stack, deployed.gateway_url, "SnapStart=first")
    alias = outputs["ChatFunctionArn"]
    assert alias.endswith(":live")
    functions = deployed.account.client("lambda")
    url = functions.get_function_url_config(
        FunctionName=alias.removesuffix(":live"), Qualifier="live"
    )
    assert url["FunctionUrl"] == outputs["FunctionUrl"]
    policy = json.loads(functions.get_policy(FunctionName=alias)["Policy"])
    assert {each["Action"] for each in policy["Statement"]} == {
        "lambda:InvokeFunctionUrl",
        "lambda:InvokeFunction",
    }
    schedule = deployed.account.physical_id(stack, "WarmupFunctionSchedule")
    made = deployed.account.client("scheduler").get_schedule(Name=schedule)
    assert json.loads(made["Target"]["Input"])["chat_function"] == alias
    with deployed.http() as http:
        assert http.get(outputs["FunctionUrl"] + "healthz").json() == {"status": "ok"}


async def test_enter_at_every_question_deploys_a_chat_that_asks_for_its_gateway(
    deployed: Deployed, tmp_path: Path
) -> None:
    answers = tmp_path / "samconfig.toml"
    shutil.copy(ROOT / "samconfig.toml", answers)
    guided = await deployed.account.sam_deploy(
        "--guided", "--config-file", str(answers), answers="\n" * 100
    )
    assert f"AWS Region [{REGION}]" in guided.stdout

    outputs = await deployed.account.outputs(DEFAULT_STACK)
    api = outputs["FunctionUrl"].rstrip("/")
    with deployed.http() as http:
        assert http.get(f"{api}/healthz").json() == {"status": "ok"}
        refused = http.post(f"{api}/api/sessions", json={})
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "Set it to the address of your LLM gateway." in refused.json()["error"]["message"]
    schedule = deployed.account.physical_id(DEFAULT_STACK, "WarmupFunctionSchedule")
    made = deployed.account.client("scheduler").get_schedule(Name=schedule)
    assert made["State"] == "DISABLED"


@pytest.fixture(scope="module")
def broken(background: Background, deployed: Deployed) -> str:
    """A stack of its own, and the name of its chat function."""
    background.run(deployed.account.made(STACK_TO_BREAK, deployed.gateway_url))
    return deployed.account.physical_id(STACK_TO_BREAK, "ChatFunction")


@pytest.fixture
def check(deployed: Deployed, broken: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SelfCheck]:
    for name, value in deployed.account.environ.items():
        monkeypatch.setenv(name, value)
    with deployed.http() as http:
        yield SelfCheck(Stack(STACK_TO_BREAK), http)


def test_the_self_check_finds_all_well_at_first(check: SelfCheck) -> None:
    assert check.health() == "ok"
    assert check.cors() == "the page alone, once"
    assert check.permissions() == "the Function URL has both"


@pytest.mark.parametrize("origins", [["*"], ["https://other.example"], []])
def test_the_self_check_finds_another_origin_or_none(
    deployed: Deployed, broken: str, check: SelfCheck, origins: list[str]
) -> None:
    functions = deployed.account.client("lambda")
    before = functions.get_function_url_config(FunctionName=broken)["Cors"]
    functions.update_function_url_config(
        FunctionName=broken, Cors={**before, "AllowOrigins": origins}
    )
    try:
        with pytest.raises(CheckFailed, match=r"the page is answered|a stranger is answered"):
            check.cors()
    finally:
        functions.update_function_url_config(FunctionName=broken, Cors=before)


@pytest.mark.parametrize("action", ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])
def test_the_self_check_names_a_permission_that_is_gone(
    deployed: Deployed, broken: str, check: SelfCheck, action: str
) -> None:
    functions = deployed.account.client("lambda")
    policy = json.loads(functions.get_policy(FunctionName=broken)["Policy"])
    [statement] = [each for each in policy["Statement"] if each["Action"] == action]
    functions.remove_permission(FunctionName=broken, StatementId=statement["Sid"])
    try:
        with pytest.raises(CheckFailed, match=f"lacks {action}$"):
            check.permissions()
    finally:
        functions.add_permission(
            FunctionName=broken, StatementId=statement["Sid"], **_grant(action)
        )
        assert check.permissions()


def _grant(action: str) -> dict[str, Any]:
    only = (
        {"FunctionUrlAuthType": "NONE"}
        if action == "lambda:InvokeFunctionUrl"
        else {"InvokedViaFunctionUrl": True}
    )
    return {"Action": action, "Principal": "*", **only}


def token(http: httpx.Client, outputs: dict[str, str]) -> str:
    session = http.post(f"{outputs['FunctionUrl']}api/sessions", json={}).json()
    return str(session["token"])


def say(http: httpx.Client, outputs: dict[str, str], conversation: str) -> str:
    """The events of the turn."""
    message = {"id": str(uuid4()), "content": SAID}
    turns = f"{outputs['FunctionUrl']}api/conversations/{conversation}/turns"
    return http.post(turns, json={"message": message}).text


def session_secret(deployed: Deployed) -> str:
    found = deployed.account.client("secretsmanager").get_secret_value(
        SecretId=deployed.outputs["SessionSecretArn"]
    )
    return str(found["SecretString"])


def variables(deployed: Deployed, resource: str) -> dict[str, str]:
    configuration = deployed.account.client("lambda").get_function_configuration(
        FunctionName=deployed.account.physical_id(deployed.stack, resource)
    )
    made: dict[str, str] = configuration["Environment"]["Variables"]
    return made


def tables(account: Account) -> list[str]:
    names: list[str] = account.client("dynamodb").list_tables()["TableNames"]
    return names
