"""The checks before a deployment, and the message about each problem."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from cfnlint.helpers import REGIONS  # type: ignore[import-untyped]  # no stubs
from cfnlint.schema._exceptions import ResourceNotFoundError  # type: ignore[import-untyped]  # no stubs
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]  # no stubs

from deploy.order import Order
from deploy.preflight.account import WITHOUT_FUNCTION_URLS
from deploy.preflight.certificate import covers
from deploy.preflight.finding import Finding
from deploy.preflight.idle import idle_costs
from deploy.preflight.inspection import inspect
from deploy.preflight.parameters import parameters
from deploy.preflight.plan import Plan
from deploy.preflight.sign_in import sign_in
from deploy.preflight.sizes import names, variables
from local.variables import environment_bytes
from tests.background import Background
from tests.deploy.answering import (
    NO_STACK,
    Answer,
    answering,
    caller,
    found,
    missing,
    resources,
    stack,
)
from tests.sam.project import ROOT

GATEWAY = {"GatewayUrl": "https://gateway.example"}
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/abc"
DOMAIN = {"DomainName": "chat.example.com", "CertificateArn": ARN}
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a0a"
CURRENT = {"id": ["AWSCURRENT"]}
# CloudFormation knows the type there, but the documentation says that there are no Function URLs.
DOCUMENTED_ONLY = {"eu-south-2"}

Inspected = Callable[..., dict[str, Finding]]


@pytest.fixture
def inspected(background: Background, monkeypatch: pytest.MonkeyPatch) -> Inspected:
    """Inspects a deployment into an account with scripted answers; findings are by subject."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    def inspect_with(
        given: dict[str, str],
        described: Answer = NO_STACK,
        limit: int = 1000,
        **answers: Answer,
    ) -> dict[str, Finding]:
        with background.running(answering(described, limit, answers)) as url:
            monkeypatch.setenv("AWS_ENDPOINT_URL", url)
            order = Order("deploy", "livepeer-chat", GATEWAY | given)
            return {each.subject: each for each in inspect(order).findings}

    return inspect_with


def plan(http: httpx.Client | None = None, /, **given: str) -> Plan:
    return Plan("livepeer-chat", GATEWAY | given, http=http or httpx.Client())


def test_a_first_deployment_to_an_ordinary_account_has_no_problem(inspected: Inspected) -> None:
    findings = inspected({})
    assert [each for each in findings.values() if each.problem] == []
    assert "account 123456789012 as arn:aws:iam" in findings["credentials"].text
    assert findings["partition"].text == "aws"
    assert "creates" in findings["changes"].text
    assert "1 DynamoDB Table" in findings["changes"].text


def test_another_partition_is_refused(inspected: Inspected) -> None:
    china = caller("arn:aws-cn:iam::123456789012:user/ada")
    assert "the partition aws only" in inspected({}, GetCallerIdentity=china)["partition"].text


def test_a_region_without_function_urls_is_refused(
    inspected: Inspected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "il-central-1")
    assert "il-central-1 has no Lambda Function URLs" in inspected({})["region"].text


def test_the_list_of_regions_agrees_with_cloudformations_schemas() -> None:
    def has_function_urls(region: str) -> bool:
        try:
            PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, "AWS::Lambda::Url")
        except ResourceNotFoundError:
            return False
        return True

    other_partitions = ("cn-", "us-gov-", "us-iso", "eu-iso", "eusc-")
    regions = [each for each in REGIONS if not each.startswith(other_partitions)]
    without = {region for region in regions if not has_function_urls(region)}
    assert without | DOCUMENTED_ONLY == WITHOUT_FUNCTION_URLS


@pytest.mark.parametrize(
    ("certificate", "text"),
    [
        (missing(), "there is no certificate"),
        (
            found(Certificate={"DomainName": "chat.example.com", "Status": "PENDING_VALIDATION"}),
            "is PENDING_VALIDATION, not ISSUED",
        ),
        (
            found(Certificate={"DomainName": "example.com", "Status": "ISSUED"}),
            "is for example.com, not for chat.example.com",
        ),
    ],
)
def test_a_certificate_that_cloudfront_cannot_use_is_refused(
    inspected: Inspected, certificate: Answer, text: str
) -> None:
    domain = inspected(DOMAIN, DescribeCertificate=certificate)["domain"]
    assert domain.problem
    assert text in domain.text


def test_an_issued_wildcard_certificate_is_accepted(inspected: Inspected) -> None:
    details = {
        "DomainName": "example.com",
        "SubjectAlternativeNames": ["example.com", "*.example.com"],
        "Status": "ISSUED",
    }
    assert not inspected(DOMAIN, DescribeCertificate=found(Certificate=details))["domain"].problem


@pytest.mark.parametrize(
    ("name", "domain", "covered"),
    [
        ("chat.example.com", "chat.example.com", True),
        ("Chat.Example.com", "chat.example.com", True),
        ("*.example.com", "chat.example.com", True),
        ("*.example.com", "a.chat.example.com", False),
        ("*.example.com", "example.com", False),
        ("chat.example.com", "chatXexample.com", False),
    ],
)
def test_a_wildcard_covers_one_label(name: str, domain: str, covered: bool) -> None:
    assert covers(name, domain) is covered


@pytest.mark.parametrize(
    ("secret", "given", "text"),
    [
        (missing(), {}, "aws secretsmanager create-secret --name key"),
        (
            found(Name="key", DeletedDate=datetime.now(UTC).timestamp()),
            {},
            "aws secretsmanager restore-secret --secret-id key",
        ),
        (found(Name="key"), {}, "aws secretsmanager put-secret-value --secret-id key"),
        (
            found(Name="key", VersionIdsToStages=CURRENT, KmsKeyId=KEY),
            {},
            f"set GatewayKeyKmsKey={KEY}",
        ),
        (
            found(Name="key", VersionIdsToStages=CURRENT, KmsKeyId="alias/mine"),
            {},
            f"set GatewayKeyKmsKey={KEY}",
        ),
        (
            found(Name="key", VersionIdsToStages=CURRENT, KmsKeyId=KEY),
            {"GatewayKeyKmsKey": KEY.replace("0a0a", "0b0b")},
            f"set GatewayKeyKmsKey={KEY}",
        ),
    ],
)
def test_a_key_that_the_functions_cannot_read_is_a_problem(
    inspected: Inspected, secret: Answer, given: dict[str, str], text: str
) -> None:
    answers = {"DescribeSecret": secret, "DescribeKey": found(KeyMetadata={"Arn": KEY})}
    finding = inspected({"GatewayKeySecret": "key", **given}, **answers)["gateway's key"]
    assert finding.problem
    assert text in finding.text


@pytest.mark.parametrize(
    ("secret", "given"),
    [
        (found(Name="key", VersionIdsToStages=CURRENT), {}),
        (
            found(Name="key", VersionIdsToStages=CURRENT, KmsKeyId=KEY),
            {"GatewayKeyKmsKey": KEY},
        ),
    ],
)
def test_a_key_that_the_functions_can_read_is_no_problem(
    inspected: Inspected, secret: Answer, given: dict[str, str]
) -> None:
    findings = inspected({"GatewayKeySecret": "key", **given}, DescribeSecret=secret)
    assert not findings["gateway's key"].problem
    assert not findings["parameters"].problem


KEPT_SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:kept-abc"


@pytest.mark.parametrize(
    ("given", "answers", "text"),
    [
        ({"KeptTable": "gone"}, {"DescribeTable": missing()}, "KeptTable=gone does not exist"),
        ({"KeptUserPool": "eu-west-1_a"}, {"DescribeUserPool": missing()}, "does not exist in eu"),
        ({"KeptSessionSecret": KEPT_SECRET}, {"DescribeSecret": missing()}, "does not exist in eu"),
        (
            {"KeptSessionSecret": KEPT_SECRET},
            {"DescribeSecret": found(DeletedDate=1.0)},
            f"restore-secret --secret-id {KEPT_SECRET}",
        ),
    ],
)
def test_what_is_to_be_kept_must_exist(
    inspected: Inspected, given: dict[str, str], answers: dict[str, Answer], text: str
) -> None:
    finding = inspected(given, **answers)["kept"]
    assert finding.problem
    assert text in finding.text


def test_what_is_kept_and_exists_is_no_problem(inspected: Inspected) -> None:
    finding = inspected({"KeptTable": "kept"}, DescribeTable=found(Table={}))["kept"]
    assert not finding.problem
    assert finding.text == "KeptTable=kept exists"


def test_a_check_without_permission_is_not_a_problem(inspected: Inspected) -> None:
    denied = missing("AccessDeniedException")
    finding = inspected({"GatewayKeySecret": "key"}, DescribeSecret=denied)["gateway's key"]
    assert not finding.problem
    assert finding.text.startswith("not checked.")


def provider(document: object, status: int = 200) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/tenant/.well-known/openid-configuration"
        return httpx.Response(status, json=document)

    return httpx.Client(transport=httpx.MockTransport(answer))


ISSUER = "https://id.example/tenant"
SIGN_IN = {"SignIn": "provider", "OidcIssuer": ISSUER, "OidcClientId": "page"}
ENDPOINT = "https://tokens.example/token"


def test_the_token_endpoint_comes_from_the_providers_discovery() -> None:
    document = {"issuer": ISSUER, "token_endpoint": ENDPOINT}
    [finding] = sign_in(plan(provider(document), **SIGN_IN))
    assert finding.adds == {"OidcTokenEndpoint": ENDPOINT}


def test_a_token_endpoint_that_was_given_is_not_looked_up() -> None:
    [finding] = sign_in(plan(provider({}, 500), **SIGN_IN, OidcTokenEndpoint=ENDPOINT))
    assert (finding.problem, finding.adds) == (False, {})


@pytest.mark.parametrize(
    ("http", "text"),
    [
        (provider({}, 404), "cannot be read"),
        (provider({"issuer": ISSUER}), "names no issuer or no token endpoint"),
        (provider([]), "names no issuer or no token endpoint"),
        (
            provider({"issuer": ISSUER, "token_endpoint": "http://tokens.example"}),
            "which is not https",
        ),
        (
            provider({"issuer": f"{ISSUER}/", "token_endpoint": ENDPOINT}),
            f"set OidcIssuer={ISSUER}/",
        ),
    ],
)
def test_a_provider_without_a_usable_discovery_is_a_problem(http: httpx.Client, text: str) -> None:
    [finding] = sign_in(plan(http, **SIGN_IN))
    assert finding.problem
    assert text in finding.text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"Modles": "[]"}, "There is no parameter Modles. Did you mean Models?"),
        ({"gatewayurl": "x"}, "There is no parameter gatewayurl. Did you mean GatewayUrl?"),
        ({"Zzzz": "x"}, "There is no parameter Zzzz. template.yaml lists them."),
        ({"MaxTokens": "0"}, "MaxTokens: 0 is below 1."),
        ({"MaxTokens": "many"}, "MaxTokens: 'many' is not a number."),
        ({"WarmEnvironments": "51"}, "WarmEnvironments: 51 is above 50."),
        ({"Billing": "free"}, "Billing: 'free' is not one of requested, used."),
        ({"GatewayUrl": "gateway"}, "GatewayUrl: 'gateway' must be one or more http(s) URLs"),
        ({"GatewayUrl": ""}, "Say where the gateway is"),
        ({"DomainName": "chat.example.com"}, "DomainName needs CertificateArn"),
        ({"SignIn": "provider"}, "SignIn=provider needs OidcIssuer"),
        ({"DefaultModel": "x" * 4097}, "has 4097 bytes, and CloudFormation takes 4096: shorten it"),
        ({"Models": "x" * 4097}, "set Models=@file"),
        ({"Models": "@missing.json"}, "the file functions/missing.json, which cannot be read"),
    ],
)
def test_parameters_that_cloudformation_would_refuse_are_problems(
    given: dict[str, str], text: str
) -> None:
    findings = parameters(plan(**given))
    assert all(each.problem for each in findings)
    assert text in "\n".join(each.text for each in findings)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"Models": "[bad"}, "LIVEPEER_MODELS: it is not JSON"),
        ({"DefaultModel": "a/b"}, "LIVEPEER_LLM_MODEL is not in LIVEPEER_MODELS"),
        ({"WarmupModels": "a/b"}, "WarmupFunction could not start. WARMUP_MODELS names a model"),
        ({"SystemPrompt": "@prompt.md"}, "Only files that end with .json or .txt are packed"),
    ],
)
def test_parameters_with_which_a_function_could_not_start_are_problems(
    given: dict[str, str], text: str, tmp_path: Path
) -> None:
    (tmp_path / "prompt.md").write_text("Be brief.")
    findings = parameters(plan(**given), package=tmp_path)
    assert all(each.problem for each in findings)
    assert text in "\n".join(each.text for each in findings)


def test_a_text_file_of_the_package_is_found(tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("Be brief.")
    [finding] = parameters(plan(SystemPrompt="@prompt.txt"), package=tmp_path)
    assert not finding.problem


def test_all_problems_are_listed_at_once(inspected: Inspected) -> None:
    given = {"MaxTokens": "0", "GatewayKeySecret": "key", "SystemPrompt": "x" * 4000, **DOMAIN}
    answers = {"DescribeSecret": missing(), "DescribeCertificate": missing()}
    findings = inspected(given, limit=10, described=stack("UPDATE_IN_PROGRESS"), **answers)
    assert {each.subject for each in findings.values() if each.problem} == {
        "stack",
        "domain",
        "gateway's key",
        "parameters",
        "variables",
    }


def test_variables_over_lambdas_limit_name_the_largest() -> None:
    [finding] = variables(plan(SystemPrompt="x" * 4000))
    assert finding.problem
    assert "ChatFunction" in finding.text
    assert "largest: SYSTEM_PROMPT 4000" in finding.text
    assert "SystemPrompt=@prompt.txt" in finding.text


def test_variables_are_measured_as_lambda_measures_them() -> None:
    models = json.dumps(["a", "b"])
    # The quotes are escaped in JSON.
    assert (
        environment_bytes({"A": models, "B": "ä"}) == len('{"A":"[\\"a\\", \\"b\\"]","B":"ä"}') + 1
    )


def test_the_longest_stack_name_makes_no_name_too_long() -> None:
    longest = Plan("s" * 128, GATEWAY | {"SignIn": "cognito"}, region="ap-southeast-2")
    assert [each.problem for each in names(longest)] == [False]
    [finding] = names(Plan("s" * 129, GATEWAY))
    assert "longer than 128" in finding.text


@pytest.mark.parametrize("name", ["my_chat", "1chat", "chat.example"])
def test_a_name_that_cloudformation_refuses_is_a_problem(name: str) -> None:
    [finding] = names(Plan(name, GATEWAY))
    assert finding.problem
    assert f"{name} is not a valid stack name" in finding.text


def test_an_update_says_what_it_creates_removes_and_changes(inspected: Inspected) -> None:
    present = resources(
        ("Table", "AWS::DynamoDB::Table", "t", "CREATE_COMPLETE"),
        ("GatewayKeyPolicy", "AWS::IAM::ManagedPolicy", "p", "CREATE_COMPLETE"),
        ("ChatFunctionRole", "AWS::IAM::Role", "r", "CREATE_COMPLETE"),
    )
    text = inspected(
        {"MaxTokens": "77"},
        described=stack("CREATE_COMPLETE", MaxTokens="1024"),
        ListStackResources=present,
    )["changes"].text
    assert "removes GatewayKeyPolicy;" in text
    assert "updates 1 resources" in text
    assert "MaxTokens 1024 → 77" in text


def test_the_idle_month_agrees_with_the_documentation() -> None:
    """The table has the defaults, with a gateway that needs a key."""
    costs = idle_costs(plan(GatewayKeySecret="key"))
    text = (ROOT / "docs" / "costs.md").read_text()
    table = text.partition("| a month without a chat | |")[2].partition("\n\n")[0]
    for name, dollars in costs.items():
        assert f"| {name} | ${dollars:.2f} |" in table
    assert f"| **idle** | **${sum(costs.values()):.2f}** |" in table


def test_without_a_gateway_nothing_is_warmed() -> None:
    costs = idle_costs(Plan("livepeer-chat", {}))
    assert (costs["warm-ups"], costs["warm-up metrics"]) == (0, 0)


def test_a_snapshot_is_billed_and_documented() -> None:
    dollars = idle_costs(plan(SnapStart="on"))["snapshot"]
    text = (ROOT / "docs" / "costs.md").read_text()
    assert f"`SnapStart` adds ${dollars:.2f} a month" in text
