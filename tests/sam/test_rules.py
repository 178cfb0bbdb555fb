"""Settings that contradict each other are refused with a sentence, before anything is made."""

import re

import pytest
from ministack.services.cloudformation import engine

from tests.sam.transformed import transformed

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b"
KEY = "arn:aws:kms:us-east-1:111122223333:key/0a1b"


def check(**parameters: str) -> None:
    """Check parameters and rules as CloudFormation does. Raises ValueError with its sentence."""
    template = transformed()
    engine._check_rules_section(template)
    given = [{"Key": name, "Value": each} for name, each in parameters.items()]
    values = engine._resolve_parameters(template, given)
    engine._evaluate_rules(template, values, engine._evaluate_conditions(template, values))


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"DomainName": "chat.example.com"}, "DomainName needs CertificateArn"),
        ({"CertificateArn": CERTIFICATE}, "CertificateArn needs DomainName"),
        ({"SignIn": "provider", "OidcClientId": "page"}, "needs OidcIssuer"),
        ({"SignIn": "provider", "OidcIssuer": "https://id.example"}, "needs OidcClientId"),
        ({"GatewayKeyKmsKey": KEY}, "GatewayKeyKmsKey encrypts GatewayKeySecret"),
        ({"KeptUserPoolDomain": "auth.example.com"}, "KeptUserPoolDomain is the domain of"),
    ],
)
def test_a_setting_without_its_counterpart_is_refused(
    parameters: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        check(**parameters)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"DomainName": "chat.example.com", "CertificateArn": CERTIFICATE},
        {"SignIn": "provider", "OidcIssuer": "https://id.example", "OidcClientId": "page"},
        {"GatewayKeySecret": "gateway", "GatewayKeyKmsKey": KEY},
        {"SignIn": "cognito", "KeptUserPool": "us-east-1_AbC"},
        # A deployment keeps the provider's settings when sign-in is turned off.
        {"SignIn": "none", "OidcIssuer": "https://id.example", "KeptUserPool": "us-east-1_AbC"},
    ],
)
def test_settings_that_fit_are_accepted(parameters: dict[str, str]) -> None:
    check(**parameters)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CertificateArn", CERTIFICATE.replace("arn:aws", "arn:aws-cn")),
        ("KeptSessionSecret", "arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:a"),
        ("GatewayKeyKmsKey", KEY.replace("arn:aws", "arn:aws-cn")),
        ("GatewayKeyKmsKey", "arn:aws:kms:us-east-1:111122223333:alias/gateway"),
        ("OidcTokenEndpoint", "https://id.example/token; script-src *"),
        ("OidcIssuer", "https://id.example, https://elsewhere.example"),
        ("KeptUserPool", "chat"),
        ("GradualDeployment", "Canary50Percent5Minutes"),
    ],
)
def test_a_value_that_cannot_work_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        check(**{name: value})


def test_each_sentence_says_what_to_change() -> None:
    for rule in transformed()["Rules"].values():
        for assertion in rule["Assertions"]:
            assert re.search(r"\. Set [^.]+\.$", assertion["AssertDescription"])
