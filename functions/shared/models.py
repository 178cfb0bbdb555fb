"""The models on offer."""

import json
from dataclasses import dataclass
from typing import Any

# The default of go-livepeer's runner.
DEFAULT_CONTEXT_WINDOW = 8192


@dataclass(frozen=True, slots=True)
class Model:
    """`context_window` in tokens, prompt and reply together."""

    id: str
    label: str
    notes: str = ""
    vram_gb: float | None = None
    context_window: int = DEFAULT_CONTEXT_WINDOW

    @classmethod
    def from_json(cls, entry: Any) -> "Model":
        """Reads one entry of LIVEPEER_MODELS: an id, or an object with at least an id.

        Raises ValueError with a message that names the bad field.
        """
        fields = {"id": entry} if isinstance(entry, str) else entry
        if not isinstance(fields, dict):
            raise ValueError("every entry is a model id or an object.")
        for name, value in fields.items():
            if name not in _TYPES:
                raise ValueError(f"{name} is not a field of a model.")
            if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
                raise ValueError(f"{name} has the wrong type.")
        if not fields.get("id"):
            raise ValueError("every model needs an id.")
        if fields.get("context_window", 1) < 1:
            raise ValueError("context_window is a number of tokens from 1.")
        return cls(**{"label": label_of(fields["id"]), **fields})

    @classmethod
    def named(cls, model_id: str) -> "Model":
        """A model that is not in the settings."""
        return cls(model_id, label_of(model_id))


def label_of(model_id: str) -> str:
    return model_id.rpartition("/")[2]


def parse_models(text: str) -> tuple[Model, ...]:
    """Reads LIVEPEER_MODELS. Raises ValueError with a sentence that names what is wrong."""
    if not text:
        return DEFAULT_MODELS
    try:
        entries: Any = json.loads(text)
    except ValueError:
        raise ValueError("it is not JSON. Write a list of models.") from None
    if not isinstance(entries, list) or not entries:
        raise ValueError("it is not a list with at least one model.")
    models = []
    for number, entry in enumerate(entries, 1):
        try:
            models.append(Model.from_json(entry))
        except ValueError as error:
            raise ValueError(f"entry {number}: {error}") from None
    if len({model.id for model in models}) < len(models):
        raise ValueError("an id is listed twice.")
    return tuple(models)


_TYPES: dict[str, Any] = {
    "id": str,
    "label": str,
    "notes": str,
    "vram_gb": int | float | None,
    "context_window": int,
}

DEFAULT_MODELS = (
    Model("meta-llama/Meta-Llama-3.1-8B-Instruct", "Llama 3.1 8B", "Good all-round model.", 16),
    Model("mistralai/Mistral-7B-Instruct-v0.3", "Mistral 7B", "Fast and concise.", 15),
    Model("google/gemma-2-9b-it", "Gemma 2 9B", "Writes well.", 19),
    Model("Qwen/Qwen2.5-7B-Instruct", "Qwen 2.5 7B", "Strong at code and many languages.", 15),
)
