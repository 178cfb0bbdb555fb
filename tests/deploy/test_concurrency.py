import pytest

from deploy.concurrency import reservations
from deploy.stack import Stack
from deploy.steps import DeployError
from tests.background import Background
from tests.deploy.answering import NO_STACK, Answer, answering, stack

GIVEN = {"GatewayUrl": "https://gateway.example"}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.mark.parametrize(
    ("described", "limit", "given", "added"),
    [
        (NO_STACK, 1000, {}, {"WarmupConcurrency": "1"}),
        (NO_STACK, 10, {}, {}),
        (NO_STACK, 100, {}, {}),
        (NO_STACK, 1000, {"WarmupConcurrency": "0"}, {}),
        (NO_STACK, 110, {"ChatConcurrency": "10"}, {}),
        (stack("CREATE_COMPLETE", WarmupConcurrency="0"), 1000, {}, {}),
    ],
)
def test_a_first_deployment_reserves_what_the_account_allows(
    background: Background,
    monkeypatch: pytest.MonkeyPatch,
    described: Answer,
    limit: int,
    given: dict[str, str],
    added: dict[str, str],
) -> None:
    with background.running(answering(described, limit)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        assert reservations(Stack("livepeer-chat"), GIVEN | given) == added


def test_an_account_that_can_reserve_nothing_prints_why(
    background: Background, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with background.running(answering(limit=10)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        reservations(Stack("livepeer-chat"), GIVEN)
    assert "runs 10 functions at once, so none can be reserved" in capsys.readouterr().out


def test_the_stacks_own_reservations_count_as_free(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    had = stack("UPDATE_COMPLETE", ChatConcurrency="40", WarmupConcurrency="1")
    with background.running(answering(had, limit=100)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        assert reservations(Stack("livepeer-chat"), {"ChatConcurrency": "40"}) == {}
        with pytest.raises(DeployError, match="41 of them be reserved, not 51"):
            reservations(Stack("livepeer-chat"), {"ChatConcurrency": "50"})
