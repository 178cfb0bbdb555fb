"""What `make deploy` and `make destroy` print when they fail: what is wrong, and what to do."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.answering import NO_STACK, Answer, answering, refusal, stack
from tests.sam.project import ROOT

GATEWAY = "GatewayUrl=https://gateway.example"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine without AWS configuration."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REGION": "eu-west-1",
    }


async def error_of(environ: dict[str, str], *arguments: str) -> str:
    """Return its error output. It must fail without a traceback."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "deploy", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stderr


async def test_without_credentials_it_says_how_to_set_them(bare: dict[str, str]) -> None:
    assert "aws configure" in await error_of(bare, "deploy", GATEWAY)


async def test_a_region_without_function_urls_is_refused_even_without_credentials(
    bare: dict[str, str],
) -> None:
    words = await error_of({**bare, "AWS_REGION": "me-central-1"}, "deploy", GATEWAY)
    assert "aws configure" in words
    assert "me-central-1 has no Lambda Function URLs" in words


async def test_an_unknown_profile_is_named(bare: dict[str, str]) -> None:
    words = await error_of({**bare, "AWS_PROFILE": "nobody"}, "deploy", GATEWAY)
    assert "nobody" in words
    assert "Correct AWS_PROFILE" in words


async def test_without_a_region_it_says_how_to_set_one(bare: dict[str, str]) -> None:
    del bare["AWS_REGION"]
    assert "set AWS_REGION" in await error_of({**bare, **KEYS}, "deploy", GATEWAY)


async def test_an_unreachable_region_is_questioned(bare: dict[str, str]) -> None:
    unreachable = {
        **bare,
        **KEYS,
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
    }
    assert "Is AWS_REGION a region" in await error_of(unreachable, "deploy", GATEWAY)


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("ExpiredToken", "sign in again"),
        ("InvalidClientTokenId", "aws configure"),
        ("SignatureDoesNotMatch", "aws configure"),
        ("AccessDenied", "not allowed to do it: AWS's own words."),
    ],
)
async def test_refused_credentials_are_explained(
    bare: dict[str, str], code: str, advice: str
) -> None:
    async with answering(answers={"GetCallerIdentity": refusal(code)}) as url:
        words = await error_of({**bare, **KEYS, "AWS_ENDPOINT_URL": url}, "deploy", GATEWAY)
    assert advice in words


@pytest.mark.parametrize(
    ("described", "advice"),
    [
        (stack("ROLLBACK_COMPLETE"), "run make destroy, then make deploy again"),
        (stack("ROLLBACK_FAILED"), "run make destroy, then make deploy again"),
        (stack("UPDATE_ROLLBACK_FAILED"), "continue-update-rollback --stack-name livepeer-chat"),
        (stack("DELETE_FAILED"), "run make destroy again"),
        (stack("UPDATE_IN_PROGRESS"), "wait until it is over"),
        (stack("REVIEW_IN_PROGRESS"), "Say where the gateway is"),
        (NO_STACK, "Say where the gateway is"),
    ],
)
async def test_a_stack_that_cannot_be_updated_is_named_with_the_remedy(
    bare: dict[str, str], described: Answer, advice: str
) -> None:
    async with answering(described) as url:
        words = await error_of({**bare, **KEYS, "AWS_ENDPOINT_URL": url}, "deploy")
    assert advice in words


async def test_destroying_a_missing_stack_questions_the_region(bare: dict[str, str]) -> None:
    async with answering() as url:
        words = await error_of({**bare, **KEYS, "AWS_ENDPOINT_URL": url}, "destroy")
    assert "There is no stack livepeer-chat in eu-west-1. Is AWS_REGION" in words


async def test_reserving_more_than_the_account_allows_fails_before_the_build(
    bare: dict[str, str],
) -> None:
    async with answering(limit=10) as url:
        environ = {**bare, **KEYS, "AWS_ENDPOINT_URL": url}
        words = await error_of(environ, "deploy", GATEWAY, "ChatConcurrency=5")
    assert "runs 10 functions at once and lets 0 of them be reserved, not 5" in words
