"""What the gateway is asked for a reply: model, prompt and length."""

from collections.abc import Awaitable, Callable, Sequence

from chat.conversation.message import Message
from chat.conversation.thread import Thread
from chat.limits.admission import Ask
from chat.turn.options import Options
from chat.turn.prompt import fit, history_tokens
from shared.gateway.completion import CompletionRequest
from shared.models import Model
from shared.settings import Settings

# Reads the messages that lead to a reply, oldest first.
Branch = Callable[[], Awaitable[Sequence[Message]]]


class Asking:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def model(self, model_id: str) -> Model:
        """The one with this id, while it is on offer."""
        return self._settings.model(model_id) or self._settings.default

    def max_tokens(self, options: Options) -> int:
        return min(options.max_tokens or self._settings.max_tokens, self._settings.max_tokens)

    async def branch(
        self, thread: Thread, head: str | None, model: Model, options: Options
    ) -> list[Message]:
        """The messages that lead to `head`, as many as fit. Raises TableUnavailable."""
        return await thread.branch(head, history_tokens(model, self.max_tokens(options)))

    def request(
        self, model: Model, system_prompt: str | None, branch: Branch, options: Options
    ) -> Ask:
        """Makes the request when it is called. Raises InvalidCompletion then."""
        system = self._settings.system_prompt if system_prompt is None else system_prompt

        async def ask() -> CompletionRequest:
            return fit(
                model,
                system,
                [{"role": each.role, "content": each.content} for each in await branch()],
                max_tokens=self.max_tokens(options),
                temperature=options.temperature,
                request_id=options.request_id,
            )

        return ask


def known(messages: Sequence[Message]) -> Branch:
    async def branch() -> Sequence[Message]:
        return messages

    return branch
