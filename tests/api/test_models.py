"""The listed models: their warmth, and warming one before it is used."""

import asyncio

from shared.table.table import Table
from tests.api.client import Person
from tests.api.visiting import visiting
from tests.scripted_gateway import ScriptedGateway
from tests.table.local_table import TestTable
from tests.warmup.models import MODELS, requested_models, warmths


async def states(person: Person) -> dict[str, str]:
    models = (await person.get("/api/models")).json()["models"]
    return {model["id"]: model["warmth"]["state"] for model in models}


async def warmed(person: Person, model: str) -> None:
    while True:
        if (await states(person))[model] == "warm":
            return
        await asyncio.sleep(0.1)


async def test_warmth_is_unknown_before_the_first_reply(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        answer = (await person.get("/api/models")).json()
    assert answer["default"] == "one/model"
    assert answer["models"][0]["warmth"] == {
        "state": "unknown",
        "first_token_ms": None,
        "first_token_p95_ms": None,
        "cold_load_ms": None,
        "checked_at": None,
        "error": None,
    }
    assert answer["warmups"]["used"] == 0


async def test_reply_records_the_warmth_of_its_model(
    gateway: ScriptedGateway, table: TestTable, rows: Table
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        await person.send("Hello")
        assert await states(person) == {"one/model": "warm", "two/model": "unknown"}
    warmth = (await warmths(rows)).best("one/model", [gateway.origin.removeprefix("http://")])
    assert warmth.used_at > 0
    assert len(warmth.first_tokens_ms) == 1


async def test_replies_record_warmth_at_most_twice_a_minute(
    gateway: ScriptedGateway, table: TestTable, rows: Table
) -> None:
    # Two servers stand for two environments: the limit is kept in the row.
    for _ in range(2):
        async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
            await asyncio.gather(*(person.send("Hello") for _ in range(4)))
    warmth = (await warmths(rows)).best("one/model", [gateway.origin.removeprefix("http://")])
    assert len(warmth.first_tokens_ms) == 1


async def test_model_is_warmed_once_if_fifty_pages_request_it(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        people = [await Person.arrive(person.http) for _ in range(50)]
        answers = await asyncio.gather(
            *(each.post("/api/models/warm", {"model": "two/model"}) for each in people)
        )
        assert {answer.status_code for answer in answers} == {202}
        await gateway.request()
        await warmed(person, "two/model")
        assert (await person.get("/api/models")).json()["warmups"]["used"] == 1
    assert requested_models(gateway) == ["two/model"]


async def test_warm_model_is_not_warmed_again(gateway: ScriptedGateway, table: TestTable) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        await person.send("Hello")
        await person.post("/api/models/warm", {"model": "one/model"})
    assert len(gateway.requests) == 1


async def test_user_is_limited_to_ten_warm_ups_a_minute(
    gateway: ScriptedGateway, table: TestTable
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        body = {"model": "one/model"}
        answers = [await person.post("/api/models/warm", body) for _ in range(11)]
    if answers[0].headers["date"][:22] == answers[-1].headers["date"][:22]:  # one minute
        assert [answer.status_code for answer in answers] == [202] * 10 + [429]
        error = answers[-1].json()["error"]
        assert (error["code"], error["limit"]) == ("rate_limited", "warmups_per_minute")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60


async def test_unlisted_model_is_refused(gateway: ScriptedGateway, table: TestTable) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS) as person:
        answer = await person.post("/api/models/warm", {"model": "three/model"})
        assert answer.status_code == 422
        assert "three" not in answer.text
    assert gateway.requests == []


async def test_unlisted_model_is_used_if_any_model_is_allowed(
    gateway: ScriptedGateway, table: TestTable, rows: Table
) -> None:
    async with visiting(gateway, table, LIVEPEER_MODELS=MODELS, ALLOW_ANY_MODEL="true") as person:
        reply = await person.send("Hello", model="three/model")
        assert reply.done["model"] == "three/model"
        assert (await person.post("/api/models/warm", {"model": "three/model"})).status_code == 202
        # A row for every requested name would let anyone fill the table.
        assert set(await states(person)) == {"one/model", "two/model"}
    assert requested_models(gateway) == ["three/model"]
    page, _ = await rows.query(
        KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": "MODEL"}
    )
    assert page == []
