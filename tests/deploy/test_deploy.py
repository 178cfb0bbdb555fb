"""`make deploy` and `make destroy` in an AWS account that MiniStack plays."""

import json
import re
import subprocess
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from ulid import ULID

from tests.deploy.cloud import Account
from tests.deploy.conftest import Deployed
from tests.sam.project import ROOT, SAM_BIN
from tests.scripted_gateway.modes.mode import TEXT


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
    api = deployed.outputs["FunctionUrl"].rstrip("/")
    conversation = str(ULID())
    with deployed.http() as http:
        token = http.post(f"{api}/api/sessions", json={}).json()["token"]
        http.headers["authorization"] = f"Bearer {token}"
        message = {"id": str(uuid4()), "content": "Say it."}
        turn = http.post(f"{api}/api/conversations/{conversation}/turns", json={"message": message})
    assert turn.text.startswith("event: turn\n")
    assert '"outcome":"complete"' in turn.text
    table = deployed.account.client("dynamodb")
    rows = table.scan(TableName=deployed.outputs["TableName"])["Items"]
    assert TEXT in [row["content"]["S"] for row in rows if "content" in row]


def test_the_page_alone_may_call_the_function_url(deployed: Deployed) -> None:
    [config] = deployed.account.client("lambda").list_function_url_configs(
        FunctionName=function(deployed, "ChatFunction")
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


async def test_destroying_keeps_the_conversations(deployed: Deployed) -> None:
    stack = "chat-to-destroy"
    sam_deploy(deployed.account, stack, deployed.gateway_url)
    outputs = await deployed.account.outputs(stack)
    page = deployed.account.client("s3")
    page.put_object(Bucket=outputs["PageBucketName"], Key="index.html", Body=b"")

    destroyed = await deployed.account.make("destroy", f"ARGS=--stack {stack}")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    with pytest.raises(ClientError, match="does not exist"):
        await deployed.account.outputs(stack)
    assert outputs["PageBucketName"] not in [b["Name"] for b in page.list_buckets()["Buckets"]]
    assert outputs["TableName"] in tables(deployed.account)
    assert outputs["TableName"] in destroyed.stdout


async def test_destroying_removes_the_conversations_when_told(deployed: Deployed) -> None:
    stack = "chat-to-forget"
    sam_deploy(deployed.account, stack, deployed.gateway_url)
    outputs = await deployed.account.outputs(stack)
    await deployed.account.make("destroy", f"ARGS=--stack {stack}", KEEP_TABLE="no")
    assert outputs["TableName"] not in tables(deployed.account)
    with pytest.raises(ClientError):
        deployed.account.client("secretsmanager").describe_secret(
            SecretId=outputs["SessionSecretArn"]
        )


async def test_with_snapshots_everything_leads_to_the_alias(deployed: Deployed) -> None:
    stack = "chat-with-snapshots"
    sam_deploy(deployed.account, stack, deployed.gateway_url, "SnapStart=first")
    outputs = await deployed.account.outputs(stack)
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
    schedule = physical_id(deployed.account, stack, "WarmupFunctionSchedule")
    made = deployed.account.client("scheduler").get_schedule(Name=schedule)
    assert json.loads(made["Target"]["Input"])["chat_function"] == alias
    with deployed.http() as http:
        assert http.get(outputs["FunctionUrl"] + "healthz").json() == {"status": "ok"}


def sam_deploy(account: Account, stack: str, gateway_url: str, *parameters: str) -> None:
    """What `make deploy` built before, without the page."""
    subprocess.run(
        [
            SAM_BIN / "sam",
            "deploy",
            "--stack-name",
            stack,
            "--no-confirm-changeset",
            "--parameter-overrides",
            f"GatewayUrl={gateway_url}",
            *parameters,
        ],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "SAM_CLI_TELEMETRY": "0", **account.environ},
        capture_output=True,
        check=True,
    )


def session_secret(deployed: Deployed) -> str:
    found = deployed.account.client("secretsmanager").get_secret_value(
        SecretId=deployed.outputs["SessionSecretArn"]
    )
    return str(found["SecretString"])


def physical_id(account: Account, stack: str, resource: str) -> str:
    found = account.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId=resource
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def function(deployed: Deployed, resource: str) -> str:
    return physical_id(deployed.account, deployed.stack, resource)


def variables(deployed: Deployed, resource: str) -> dict[str, str]:
    configuration = deployed.account.client("lambda").get_function_configuration(
        FunctionName=function(deployed, resource)
    )
    made: dict[str, str] = configuration["Environment"]["Variables"]
    return made


def tables(account: Account) -> list[str]:
    names: list[str] = account.client("dynamodb").list_tables()["TableNames"]
    return names
