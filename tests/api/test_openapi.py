"""Requests generated from the OpenAPI document get well-formed answers and never a 5xx."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, Response
from schemathesis.core.result import Ok
from ulid import ULID

from tests.api.client import Person
from tests.api.openapi_document import BODIES, openapi_document, writing_routes

CASES = 1000
# Shorter text may appear in an answer by chance.
SHORTEST_ECHO = 10
DOCUMENT = openapi_document()
ERROR_KEYS = {"code", "message", "limit", "type", "param"}
# Field names, enum values and error types may appear in an answer.
KNOWN = json.dumps(DOCUMENT) + "invalid_request_error"


async def test_document_describes_every_body() -> None:
    assert writing_routes(DOCUMENT) == BODIES.keys()


async def test_thousand_generated_requests_get_well_formed_answers_without_an_echo(
    person: Person,
) -> None:
    conversation_id = str(ULID())
    reply = await person.send("Hello", conversation_id)
    existing = {"conversation_id": conversation_id, "reply_id": reply.turn["reply_id"]}
    assert await asyncio.to_thread(_play, person, existing) >= CASES


def _play(person: Person, existing: dict[str, str]) -> int:
    """Send requests with generated ids and with `existing` ids. Returns how many were sent."""
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    # DELETE comes last, because the other requests need the conversation.
    operations.sort(key=lambda operation: operation.method == "delete")
    variants = list(product(operations, GenerationMode, (None, existing)))
    sent: list[Case[Any]] = []

    for operation, mode, ids in variants:
        names = [each.name for each in operation.path_parameters if each.name in existing]
        named = ids and {name: ids[name] for name in names}
        if ids and not names:
            continue

        @settings(
            max_examples=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode, path_parameters=named))
        def send(case: Case[Any]) -> None:
            sent.append(case)
            _check(case, case.call(str(person.http.base_url), headers=person.headers))

        # A route with only text parameters in its path has no invalid requests.
        with suppress(Unsatisfiable):
            send()
    assert {case.operation.label for case in sent} == {each.label for each in operations}
    return len(sent)


def _check(case: Case[Any], answer: Response) -> None:
    exchange = f"{case.as_curl_command()}\n{answer.status_code} {answer.text}"
    assert answer.status_code < 500, exchange
    if answer.status_code < 400:
        return
    (error,) = answer.json().values()
    assert {"code", "message"} <= error.keys() <= ERROR_KEYS, exchange
    assert error["message"].endswith("."), exchange
    given_texts = _texts([case.body, case.query, case.path_parameters])
    echoed = [text for text in given_texts if text in answer.text and text not in KNOWN]
    assert not echoed, exchange


def _texts(value: object) -> Iterator[str]:
    """Every text in the value that is long enough to be recognised."""
    if isinstance(value, str) and len(value) >= SHORTEST_ECHO:
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(name)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
