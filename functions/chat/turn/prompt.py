"""Builds the prompt: the system prompt, as much history as fits, and the new message."""

from collections.abc import Awaitable, Callable, Sequence

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.limits.admission import BuildCompletion
from chat.turn.reply_request import ReplyRequest
from shared.gateway.completion import CompletionRequest, InvalidCompletion, PromptMessage
from shared.gateway.tokens import estimate_prompt_tokens
from shared.models import Model
from shared.settings import Settings

# Drop history to make room for the reply, up to this share of the context window.
REPLY_SHARE = 0.5

# Reads the messages that lead to a reply, oldest first.
ReadBranch = Callable[[], Awaitable[Sequence[Message]]]


def history_tokens(model: Model, max_tokens: int) -> int:
    """The longest prompt, in tokens, that still leaves room for the reply."""
    return model.context_window - min(max_tokens, int(model.context_window * REPLY_SHARE))


class Prompts:
    """Builds the completion of a reply from its conversation."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def model(self, model_id: str) -> Model:
        """The model with this id, or the default one when it is no longer on offer."""
        return self._settings.model(model_id) or self._settings.default

    def max_tokens(self, request: ReplyRequest) -> int:
        return min(request.max_tokens or self._settings.max_tokens, self._settings.max_tokens)

    async def branch(
        self, thread: Thread, head: str | None, model: Model, request: ReplyRequest
    ) -> list[Message]:
        """The newest messages that lead to `head`, as many as fit. Raises TableUnavailable."""
        return await thread.branch(head, history_tokens(model, self.max_tokens(request)))

    def completion(
        self,
        model: Model,
        system_prompt: str | None,
        read_branch: ReadBranch,
        request: ReplyRequest,
    ) -> BuildCompletion:
        """Returns a function that builds the completion. It raises InvalidCompletion."""
        system = self._settings.system_prompt if system_prompt is None else system_prompt

        async def build() -> CompletionRequest:
            return fit(
                model,
                system,
                [{"role": each.role, "content": each.content} for each in await read_branch()],
                max_tokens=self.max_tokens(request),
                temperature=request.temperature,
                request_id=request.request_id,
            )

        return build


def fit(
    model: Model,
    system: str,
    messages: Sequence[PromptMessage],
    *,
    max_tokens: int,
    temperature: float | None,
    request_id: str = "",
) -> CompletionRequest:
    """A completion of the newest `messages` (given oldest first) that fit the context window.

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
    # A history cut in the middle of a turn would start with a reply without its question.
    if kept and kept[0]["role"] == "assistant":
        del kept[0]
    return kept


def _alternating(messages: Sequence[PromptMessage]) -> list[PromptMessage]:
    """User and assistant in turns, as the chat templates of Gemma and Mistral require.

    Skips replies that failed before their first token and joins the questions around them.
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
