"""Model labels that say what answers in place of the real models."""

import json
from collections.abc import Iterable
from typing import Literal

from shared.models import Model

_ANSWERING = {"model": "SmolLM2 135M (local demo)", "faults": "Scripted replies (local demo)"}


def stand_ins(gateway: Literal["model", "faults"], models: Iterable[Model]) -> str:
    """Return LIVEPEER_MODELS with the same ids, labelled so that no reply looks like theirs."""
    return json.dumps([_stand_in(_ANSWERING[gateway], model) for model in models])


def _stand_in(answering: str, model: Model) -> dict[str, str | int]:
    return {
        "id": model.id,
        "label": f"{answering} as {model.label}",
        "notes": f"Stands in for {model.id} on this machine.",
        "context_window": model.context_window,
    }
