"""`make deploy ARGS='--dry-run'`: what it prints, and that it writes nothing."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy.preflight.account import Account
from tests.background import Background
from tests.deploy.cloud import Account as CloudAccount
from tests.deploy.recording import recording
from tests.sam.project import ROOT

READS = re.compile(r"(Get|List|Describe)[A-Z]\w*|GET|HEAD")
GATEWAY = "GatewayUrl=https://gateway.example"
LINES = (
    "credentials",
    "partition",
    "region",
    "stack",
    "concurrency",
    "domain",
    "gateway's key",
    "sign-in",
    "parameters",
    "variables",
    "names",
    "changes",
    "cost",
)


def dry_run(aws: CloudAccount, url: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    given = " ".join(["--dry-run", *arguments])
    return aws.make("deploy", f"ARGS={given}", AWS_ENDPOINT_URL=url)


def test_it_prints_a_line_for_each_check_and_writes_nothing(
    aws: CloudAccount, background: Background
) -> None:
    with background.running(recording(aws.endpoint)) as proxy:
        ran = dry_run(aws, proxy.url, "--stack dry", GATEWAY)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.findall(r"^  ok       ([^:]+): ", ran.stdout, re.MULTILINE) == list(LINES)
    assert {"GetCallerIdentity", "DescribeStacks"} <= set(proxy.operations)
    assert [each for each in proxy.operations if not READS.fullmatch(each)] == []


def test_it_reads_a_deployed_stack_and_writes_nothing(
    aws: CloudAccount, background: Background, gateway_url: str, built_template: Path
) -> None:
    stack = "chat-to-look-at"
    aws.create(built_template, stack, gateway_url)
    aws.client("secretsmanager").create_secret(Name="dry-key", SecretString="sk-very-secret")
    with background.running(recording(aws.endpoint)) as proxy:
        given = "MaxTokens=77 GatewayKeySecret=dry-key"
        ran = dry_run(aws, proxy.url, f"--stack {stack}", given)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "creates 1 IAM ManagedPolicy; removes none; MaxTokens 1024 → 77" in ran.stdout
    assert "the secret dry-key has a value" in ran.stdout
    assert "sk-very-secret" not in ran.stdout
    assert "GetSecretValue" not in proxy.operations
    assert [each for each in proxy.operations if not READS.fullmatch(each)] == []


def test_problems_are_marked_and_fail_the_command(aws: CloudAccount) -> None:
    ran = dry_run(aws, aws.endpoint, "--stack dry", GATEWAY, "Modles=[]", "GatewayKeySecret=none")
    assert ran.returncode != 0
    assert "  PROBLEM  parameters: There is no parameter Modles. Did you mean Models?" in ran.stdout
    assert "  PROBLEM  gateway's key: there is no secret none" in ran.stdout
    assert "Nothing was deployed." in ran.stderr


def test_a_deployment_stops_at_the_same_problems_before_it_builds(aws: CloudAccount) -> None:
    ran = aws.make("deploy", f"ARGS=--stack dry {GATEWAY} Modles=[] GatewayKeySecret=none")
    assert ran.returncode != 0
    assert "There is no parameter Modles" in ran.stderr
    assert "there is no secret none" in ran.stderr
    assert "credentials" not in ran.stderr
    assert "[1/5]" not in ran.stdout


def test_make_does_not_build_the_page_before_the_checks() -> None:
    """Make would build it as a prerequisite, before anything is checked."""
    planned = subprocess.run(
        ["make", "--dry-run", "--always-make", "deploy"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "-m deploy deploy" in planned
    assert "run build" not in planned


def test_the_credentials_line_names_the_caller(
    aws: CloudAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in aws.environ.items():
        monkeypatch.setenv(name, value)
    account = Account.current()
    assert account.partition == "aws"
    assert account.id in account.identity
