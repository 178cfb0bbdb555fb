"""Requests made up from the OpenAPI document: each is answered, none breaks anything."""

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
# Shorter text may be in an answer by chance.
LONG_ENOUGH = 10
DOCUMENT = openapi_document()
ERROR_KEYS = {"code", "message", "limit", "type", "param"}
# Names of fields, their values and kinds of errors, which an answer may say.
KNOWN = json.dumps(DOCUMENT) + "invalid_request_error"


async def test_document_describes_every_body() -> None:
    assert writing_routes(DOCUMENT) == BODIES.keys()


async def test_thousand_generated_requests_get_well_formed_answers_without_an_echo(
    person: Person,
) -> None:
    conversation_id = str(ULID())
    reply = await person.send("Hello", conversation_id)
    there = {"conversation_id": conversation_id, "reply_id": reply.turn["reply_id"]}
    assert await asyncio.to_thread(_play, person, there) >= CASES


def _play(person: Person, there: dict[str, str]) -> int:
    """The number of requests sent: to ids that were made up, and to those that are `there`."""
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    # What deletes comes last.
    operations.sort(key=lambda operation: operation.method == "delete")
    ways = list(product(operations, GenerationMode, (None, there)))
    sent: list[Case[Any]] = []

    for operation, mode, ids in ways:
        names = [each.name for each in operation.path_parameters if each.name in there]
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

        # A route that takes nothing but text in its address cannot be asked wrongly.
        with suppress(Unsatisfiable):
            send()
    assert {case.operation.label for case in sent} == {each.label for each in operations}
    return len(sent)


def _check(case: Case[Any], answer: Response) -> None:
    told = f"{case.as_curl_command()}\n{answer.status_code} {answer.text}"
    assert answer.status_code < 500, told
    if answer.status_code < 400:
        return
    (error,) = answer.json().values()
    assert {"code", "message"} <= error.keys() <= ERROR_KEYS, told
    assert error["message"].endswith("."), told
    given_texts = _texts([case.body, case.query, case.path_parameters])
    echoed = [text for text in given_texts if text in answer.text and text not in KNOWN]
    assert not echoed, told


def _texts(value: object) -> Iterator[str]:
    """Every text in the value that is long enough to be known again."""
    if isinstance(value, str) and len(value) >= LONG_ENOUGH:
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(name)
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
