"""`make deploy` in an AWS account that MiniStack plays.

Every test that builds into .aws-sam/build is in this file, because two builds at once would clash.
"""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from ulid import ULID

from deploy.order import DEFAULT_STACK
from local.intrinsics import load
from tests.deploy.cloud import REGION, Account
from tests.deploy.visitor import Visitor
from tests.sam.project import ROOT
from tests.scripted_gateway.modes.mode import TEXT

STACK = "chat-under-test"
BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What `make deploy` created and printed."""

    output: str
    exit_code: int
    outputs: dict[str, str]


@pytest.fixture(scope="module")
def deployed(aws: Account, gateway_url: str) -> Deployed:
    ran = aws.make("deploy", f"ARGS=GatewayUrl={gateway_url} --stack {STACK}")
    outputs = aws.outputs(STACK) if "Function URL" in ran.stdout else {}
    return Deployed(ran.stdout + ran.stderr, ran.returncode, outputs)


def test_it_prints_its_steps_passes_its_self_check_and_names_the_page(deployed: Deployed) -> None:
    assert deployed.exit_code == 0, deployed.output
    assert re.findall(r"\[(\d)/5\]", deployed.output) == ["1", "2", "3", "4", "5"]
    assert "create complete: PageDistribution" in deployed.output
    assert "FAILED" not in deployed.output
    assert deployed.outputs["PageUrl"] in deployed.output


def test_the_page_may_connect_to_its_function_url_only(
    deployed: Deployed, http: httpx.Client
) -> None:
    api = deployed.outputs["FunctionUrl"].rstrip("/")
    page = http.get(deployed.outputs["PageUrl"] + "/c/01JD5ZK3B5Q3M7E8N9P0R1S2T3")
    config = http.get(deployed.outputs["PageUrl"] + "/config.json")
    assert config.json() == {"api": api}
    meta = f"""<meta http-equiv="Content-Security-Policy" content="connect-src 'self' {api}" />"""
    assert page.text.index(meta) < page.text.index("<script")
    header = page.headers["content-security-policy"]
    assert "default-src 'none'" in header
    assert "frame-ancestors 'none'" in header


def test_browsers_keep_only_files_with_a_hash_in_their_name(
    deployed: Deployed, aws: Account
) -> None:
    s3 = aws.client("s3")
    bucket = deployed.outputs["PageBucketName"]
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    caching = {key: s3.head_object(Bucket=bucket, Key=key)["CacheControl"] for key in keys}
    assert caching["index.html"] == caching["config.json"] == "no-cache"
    hashed = [key for key in keys if key.startswith("assets/")]
    assert len(hashed) >= 2
    assert {caching[key] for key in hashed} == {"public, max-age=31536000, immutable"}


def test_a_turn_is_answered_and_saved_in_the_table(
    deployed: Deployed, aws: Account, http: httpx.Client
) -> None:
    turn = Visitor(http, deployed.outputs).ask(str(ULID()))
    assert turn.startswith("event: turn\n")
    assert '"outcome":"complete"' in turn
    rows = aws.client("dynamodb").scan(TableName=deployed.outputs["TableName"])["Items"]
    assert TEXT in [row["content"]["S"] for row in rows if "content" in row]


def test_only_the_page_may_call_the_function_url(deployed: Deployed, aws: Account) -> None:
    [config] = aws.client("lambda").list_function_url_configs(
        FunctionName=aws.physical_id(STACK, "ChatFunction")
    )["FunctionUrlConfigs"]
    assert config["Cors"]["AllowOrigins"] == [deployed.outputs["PageUrl"]]
    assert config["InvokeMode"] == "RESPONSE_STREAM"


def test_no_secret_is_in_the_environment_of_a_function(deployed: Deployed, aws: Account) -> None:
    secret = session_secret(deployed, aws)
    assert len(secret) >= 32
    for name in ("ChatFunction", "WarmupFunction"):
        assert secret not in json.dumps(aws.variables(STACK, name))
        assert "SESSION_SECRET" not in aws.variables(STACK, name)


def test_the_output_holds_no_secret_and_no_token(deployed: Deployed, aws: Account) -> None:
    assert session_secret(deployed, aws) not in deployed.output
    # The self-check's session token is a JWT.
    assert "eyJ" not in deployed.output


def session_secret(deployed: Deployed, aws: Account) -> str:
    found = aws.client("secretsmanager").get_secret_value(
        SecretId=deployed.outputs["SessionSecretArn"]
    )
    return str(found["SecretString"])


def test_no_update_may_replace_what_holds_the_conversations(
    deployed: Deployed, aws: Account
) -> None:
    found = aws.client("cloudformation").get_stack_policy(StackName=STACK)
    statements = json.loads(found["StackPolicyBody"])["Statement"]
    [denied] = [each for each in statements if each["Effect"] == "Deny"]
    # KeptTable removes the table from the stack, which must stay possible.
    assert denied["Action"] == "Update:Replace"
    assert denied["Resource"] == [
        "LogicalResourceId/Table",
        "LogicalResourceId/SessionSecret",
        "LogicalResourceId/UserPool",
    ]


def test_a_first_deployment_reserves_the_warm_ups(deployed: Deployed, aws: Account) -> None:
    [found] = aws.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}
    assert parameters["WarmupConcurrency"] == "2"
    # Without a published version, there is nothing to name.
    assert parameters["Release"] == ""


def test_a_parameter_is_kept_until_it_is_set_again(
    deployed: Deployed, aws: Account, gateway_url: str
) -> None:
    again = aws.make("deploy", f"ARGS=--stack {STACK} MaxTokens=77")
    assert again.returncode == 0, again.stdout + again.stderr
    chat = aws.variables(STACK, "ChatFunction")
    assert chat["MAX_TOKENS"] == "77"
    assert chat["LIVEPEER_GATEWAY_URL"] == gateway_url


def test_a_first_deployment_without_a_gateway_asks_for_it(aws: Account) -> None:
    refused = aws.make("deploy", "ARGS=--stack another")
    assert refused.returncode != 0
    assert "GatewayUrl=https://" in refused.stderr


def test_with_snapshots_url_permissions_and_schedule_use_the_alias(
    deployed: Deployed, aws: Account, gateway_url: str, http: httpx.Client
) -> None:
    stack = "chat-with-snapshots"
    outputs = aws.create(BUILT, stack, gateway_url, "SnapStart=first")
    alias = outputs["ChatFunctionArn"]
    assert alias.endswith(":live")
    functions = aws.client("lambda")
    url = functions.get_function_url_config(
        FunctionName=alias.removesuffix(":live"), Qualifier="live"
    )
    assert url["FunctionUrl"] == outputs["FunctionUrl"]
    policy = json.loads(functions.get_policy(FunctionName=alias)["Policy"])
    assert {each["Action"] for each in policy["Statement"]} == {
        "lambda:InvokeFunctionUrl",
        "lambda:InvokeFunction",
    }
    schedule = aws.physical_id(stack, "WarmupFunctionSchedule")
    created = aws.client("scheduler").get_schedule(Name=schedule)
    assert json.loads(created["Target"]["Input"])["chat_function"] == alias
    assert http.get(outputs["FunctionUrl"] + "healthz").json() == {"status": "ok"}


def test_with_snapshots_an_unchanged_function_can_be_deployed_again(
    deployed: Deployed, aws: Account, gateway_url: str
) -> None:
    stack = "chat-deployed-twice"
    first = aws.make("deploy", f"ARGS=--stack {stack} GatewayUrl={gateway_url} SnapStart=on")
    assert first.returncode == 0, first.stdout + first.stderr
    before = version(aws, stack)
    again = aws.make("deploy", f"ARGS=--stack {stack}")
    assert again.returncode == 0, again.stdout + again.stderr
    assert version(aws, stack) != before


def version(aws: Account, stack: str) -> str:
    """Return the version that the Function URL serves."""
    alias = aws.client("lambda").get_alias(
        FunctionName=aws.physical_id(stack, "ChatFunction"), Name="live"
    )
    return str(alias["FunctionVersion"])


def test_the_emulator_publishes_no_version_of_an_unchanged_function(
    deployed: Deployed, aws: Account, gateway_url: str
) -> None:
    """As on AWS, where a new Description alone makes no version, and the update fails."""
    stack, unnamed = "chat-without-release", BUILT.with_name("unnamed.json")
    template = load(BUILT.read_text())
    del template["Resources"]["ChatFunction"]["Properties"]["Environment"]["Variables"]["RELEASE"]
    unnamed.write_text(json.dumps(template))
    aws.create(unnamed, stack, gateway_url, "SnapStart=first")
    with pytest.raises(subprocess.CalledProcessError):
        aws.sam_deploy(unnamed, "--stack-name", stack, "--parameter-overrides", "SnapStart=second")
    events = aws.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    [reason] = [
        each["ResourceStatusReason"]
        for each in events
        if each["LogicalResourceId"] == "ChatVersion" and each["ResourceStatus"].endswith("FAILED")
    ]
    assert "Modify the function to create a new version" in reason


def test_a_new_domain_is_checked_at_the_distribution_and_its_record_printed(
    deployed: Deployed, aws: Account, gateway_url: str
) -> None:
    stack, domain = "chat-with-domain", "chat.invalid"
    certificate = aws.client("acm").request_certificate(DomainName=domain)["CertificateArn"]
    ran = aws.make(
        "deploy",
        f"ARGS=--stack {stack} GatewayUrl={gateway_url} DomainName={domain}"
        f" CertificateArn={certificate}",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    distribution = aws.outputs(stack)["DistributionDomain"]
    assert f"ok      page: served with its headers at https://{distribution}" in ran.stdout
    assert f"{domain}.  CNAME  {distribution}." in ran.stdout


def test_enter_at_every_question_deploys_a_chat_that_asks_for_its_gateway(
    deployed: Deployed, aws: Account, http: httpx.Client, tmp_path: Path
) -> None:
    config = tmp_path / "samconfig.toml"
    shutil.copy(ROOT / "samconfig.toml", config)
    guided = aws.sam_deploy(BUILT, "--guided", config=config, answers="\n" * 100)
    assert f"AWS Region [{REGION}]" in guided.stdout

    api = aws.outputs(DEFAULT_STACK)["FunctionUrl"].rstrip("/")
    assert http.get(f"{api}/healthz").json() == {"status": "ok"}
    refused = http.post(f"{api}/api/sessions", json={})
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "Set it to the address of your LLM gateway." in refused.json()["error"]["message"]
    schedule = aws.physical_id(DEFAULT_STACK, "WarmupFunctionSchedule")
    assert aws.client("scheduler").get_schedule(Name=schedule)["State"] == "DISABLED"
