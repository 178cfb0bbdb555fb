"""What `make destroy` says it keeps, for stacks that MiniStack cannot produce."""

import json

import pytest

from deploy.policy import PROTECTED
from deploy.remains import KINDS, Remains
from deploy.stack import Stack
from tests.background import Background
from tests.deploy.answering import Answer, answering, resources, stack
from tests.sam.transformed import transformed

POOL = "eu-west-1_abc"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:SessionSecret-x-y"


def template() -> Answer:
    body = json.dumps(transformed()).replace("&", "&amp;").replace("<", "&lt;")
    return 200, (
        "<GetTemplateResponse><GetTemplateResult><TemplateBody>"
        f"{body}</TemplateBody></GetTemplateResult></GetTemplateResponse>"
    )


def remains(
    background: Background, monkeypatch: pytest.MonkeyPatch, described: Answer, listed: Answer
) -> Remains:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    answers = {"ListStackResources": listed, "GetTemplate": template()}
    with background.running(answering(described, answers=answers)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        return Remains(Stack("livepeer-chat"))


def test_a_stack_whose_creation_failed_names_what_it_left(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = resources(
        ("Table", "AWS::DynamoDB::Table", "chat-Table-1", "DELETE_SKIPPED"),
        ("SessionSecret", "AWS::SecretsManager::Secret", SECRET, "CREATE_COMPLETE"),
        ("UserPool", "AWS::Cognito::UserPool", POOL, "DELETE_COMPLETE"),
        ("PageBucket", "AWS::S3::Bucket", "chat-bucket", "CREATE_COMPLETE"),
        ("ChatFunction", "AWS::Lambda::Function", "", "CREATE_FAILED"),
    )
    found = remains(background, monkeypatch, stack("ROLLBACK_FAILED"), listed)
    assert str(found) == f"table chat-Table-1, secret {SECRET}"
    assert found.parameters == f"KeptTable=chat-Table-1 KeptSessionSecret={SECRET}"


def test_what_the_stack_only_used_is_named_too(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = stack("UPDATE_COMPLETE", KeptTable="restored", KeptUserPool="", SignIn="none")
    found = remains(background, monkeypatch, described, resources())
    assert str(found) == "table restored"
    assert found.parameters == "KeptTable=restored"


def test_a_user_pool_is_named_with_the_parameter_that_uses_it_again(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = resources(("UserPool", "AWS::Cognito::UserPool", POOL, "CREATE_COMPLETE"))
    found = remains(background, monkeypatch, stack("CREATE_COMPLETE"), listed)
    assert found.parameters == f"KeptUserPool={POOL}"


def test_every_retained_resource_of_the_template_can_be_removed_and_used_again() -> None:
    document = transformed()
    retained = {
        name: each["Type"]
        for name, each in document["Resources"].items()
        if str(each.get("DeletionPolicy", "Delete")).startswith("Retain")
    }
    assert set(retained.values()) == set(KINDS)
    assert {kind.parameter for kind in KINDS.values()} <= set(document["Parameters"])
    # No update may replace these, either.
    assert set(retained) == set(PROTECTED)
