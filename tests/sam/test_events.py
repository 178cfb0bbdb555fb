"""The example events match the template and each other."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from local.template import Template
from tests.sam.project import EVENTS, TEMPLATE


def read(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return event


def decoded(part: str) -> dict[str, Any]:
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def test_the_chat_events_token_is_signed_with_the_secret_in_env_json() -> None:
    secret: str = read("env.json")["ChatFunction"]["SESSION_SECRET"]
    token = read("chat.json")["headers"]["authorization"].removeprefix("Bearer ")
    head, claims, signature = token.split(".")

    signed = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64encode(signed).rstrip(b"=").decode() == signature
    assert decoded(head)["alg"] == "HS256"
    assert decoded(claims)["iss"] == "livepeer-chat"
    assert decoded(claims)["exp"] > time.time()


def test_env_json_sets_only_variables_that_sam_passes_on() -> None:
    declared = {each.name: set(each.variables) for each in Template.read(TEMPLATE).functions()}
    env = read("env.json")
    for function, variables in declared.items():
        assert env[function].keys() <= variables


def test_schedule_sends_the_warmup_event() -> None:
    template = Template.read(TEMPLATE, {"GatewayUrl": "https://gateway.example"})
    schedules = [each.schedule for each in template.functions() if each.schedule]
    # The deployed schedule also names the chat function, which `sam local` does not run.
    sent = [json.loads(each.input) for each in schedules]
    assert sent == [{**read("warmup.json"), "chat_function": "ChatFunction"}]


def test_nothing_is_warmed_without_a_gateway() -> None:
    assert not any(each.schedule for each in Template.read(TEMPLATE).functions())
