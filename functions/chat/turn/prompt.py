"""What the model gets to read: the system prompt, as much history as fits, the new message."""

from collections.abc import Sequence

from shared.gateway.completion import CompletionRequest, InvalidCompletion, PromptMessage
from shared.gateway.tokens import estimate_prompt_tokens
from shared.models import Model

# History gives way to the reply until the reply has this share of the window.
REPLY_SHARE = 0.5


def history_tokens(model: Model, max_tokens: int) -> int:
    """Most tokens of prompt that still leave room for the reply."""
    return model.context_window - min(max_tokens, int(model.context_window * REPLY_SHARE))


def fit(
    model: Model,
    system: str,
    messages: Sequence[PromptMessage],
    *,
    max_tokens: int,
    temperature: float | None,
    request_id: str = "",
) -> CompletionRequest:
    """The completion of the newest `messages` (oldest first) that fit the model's window.

    `max_tokens` shrinks to what the window leaves. Raises InvalidCompletion when the last message
    alone does not fit.
    """
    first: list[PromptMessage] = [{"role": "system", "content": system}] if system else []
    room = history_tokens(model, max_tokens) - estimate_prompt_tokens(first)
    kept = _newest(messages, room)
    if not kept:
        raise InvalidCompletion(
            "The message is too long for this model. Shorten it, or choose a model with a larger"
            " context window."
        )
    prompt = first + _alternating(kept)
    left = model.context_window - estimate_prompt_tokens(prompt)
    return CompletionRequest(
        model.id, prompt, min(max_tokens, left), temperature, request_id=request_id
    )


def _newest(messages: Sequence[PromptMessage], room: int) -> list[PromptMessage]:
    kept: list[PromptMessage] = []
    for message in reversed(messages):
        room -= estimate_prompt_tokens([message])
        if room < 0:
            break
        kept.insert(0, message)
    # A history that was cut in the middle of a turn would begin with an answer to nothing.
    if kept and kept[0]["role"] == "assistant":
        del kept[0]
    return kept


def _alternating(messages: Sequence[PromptMessage]) -> list[PromptMessage]:
    """User and assistant in turns, as the templates of Gemma and Mistral insist.

    A reply that failed before its first token is left out, and the questions around it join.
    """
    merged: list[PromptMessage] = []
    for message in messages:
        if not message["content"]:
            continue
        if merged and merged[-1]["role"] == message["role"]:
            joined = f"{merged[-1]['content']}\n\n{message['content']}"
            merged[-1] = {"role": message["role"], "content": joined}
        else:
            merged.append(message)
    return merged
