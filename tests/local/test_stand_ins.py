"""Which model the page says it talks to, through GET /api/models of a running local cloud."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from local.cloud import LocalCloud, Options
from shared.models import DEFAULT_MODELS
from tests.local.make_dev import ELSEWHERE

IDS = [model.id for model in DEFAULT_MODELS]
LABELS = [model.label for model in DEFAULT_MODELS]


async def offered(cloud: LocalCloud) -> list[dict[str, Any]]:
    async with httpx.AsyncClient(
        base_url=cloud.function_url, timeout=60, trust_env=False
    ) as client:
        token = (await client.post("/api/sessions", json={})).json()["token"]
        answer = await client.get("/api/models", headers={"authorization": f"Bearer {token}"})
    models: list[dict[str, Any]] = answer.json()["models"]
    return models


async def test_the_demo_model_is_named_in_every_label(local_cloud: LocalCloud) -> None:
    models = await offered(local_cloud)
    assert [model["id"] for model in models] == IDS
    assert [model["label"] for model in models] == [
        f"SmolLM2 135M (local demo) as {label}" for label in LABELS
    ]
    assert [model["notes"] for model in models] == [
        f"Stands in for {id} on this machine." for id in IDS
    ]
    assert [model["vram_gb"] for model in models] == [None] * len(IDS)


SCRIPTED = [f"Scripted replies (local demo) as {label}" for label in LABELS]
CHOSEN = {"LIVEPEER_MODELS": '["one/model"]', "LIVEPEER_LLM_MODEL": "one/model"}


@pytest.mark.parametrize(
    ("settings", "labels"),
    [({}, SCRIPTED), (CHOSEN, ["model"]), (ELSEWHERE, LABELS), (ELSEWHERE | CHOSEN, ["model"])],
    ids=["scripted gateway", "models from the environment", "real gateway", "both"],
)
async def test_only_stand_ins_are_relabelled(
    tmp_path: Path, settings: dict[str, str], labels: list[str]
) -> None:
    options = Options(
        state=tmp_path, gateway="faults", settings=settings, warmup=False, echo=lambda _: None
    )
    async with LocalCloud(options) as cloud:
        assert [model["label"] for model in await offered(cloud)] == labels
