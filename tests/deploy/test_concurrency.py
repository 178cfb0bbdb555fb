import pytest

from deploy.order import Order
from deploy.preflight.finding import Finding
from deploy.preflight.inspection import inspect
from tests.background import Background
from tests.deploy.answering import NO_STACK, Answer, answering, stack

GIVEN = {"GatewayUrl": "https://gateway.example"}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


def concurrency(
    background: Background,
    monkeypatch: pytest.MonkeyPatch,
    described: Answer,
    limit: int,
    given: dict[str, str],
) -> Finding:
    with background.running(answering(described, limit)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        inspection = inspect(Order("deploy", "livepeer-chat", GIVEN | given))
    [found] = [each for each in inspection.findings if each.subject == "concurrency"]
    return found


@pytest.mark.parametrize(
    ("described", "limit", "given", "added"),
    [
        (NO_STACK, 1000, {}, {"WarmupConcurrency": "2"}),
        (NO_STACK, 102, {}, {"WarmupConcurrency": "2"}),
        (NO_STACK, 101, {}, {}),
        (NO_STACK, 10, {}, {}),
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
    found = concurrency(background, monkeypatch, described, limit, given)
    assert (found.adds, found.problem) == (added, False)


def test_an_account_without_concurrency_to_spare_reserves_none(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = concurrency(background, monkeypatch, NO_STACK, 10, {})
    assert "runs 10 functions at once, with too few left to reserve" in found.text


def test_the_stacks_own_reservations_count_as_free(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    had = stack("UPDATE_COMPLETE", ChatConcurrency="40", WarmupConcurrency="1")
    kept = concurrency(background, monkeypatch, had, 100, {"ChatConcurrency": "40"})
    assert not kept.problem
    more = concurrency(background, monkeypatch, had, 100, {"ChatConcurrency": "50"})
    assert more.problem
    assert "41 of them be reserved, not 51" in more.text
