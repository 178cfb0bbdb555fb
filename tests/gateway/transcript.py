"""Everything that `Gateway.stream` yields or raises for one request."""

from contextlib import aclosing
from dataclasses import dataclass, field

from shared.gateway.client import Gateway
from shared.gateway.completion import CompletionRequest
from shared.gateway.errors import GatewayError
from shared.gateway.reply import Clocks, Delta, Finish

# Never reached, even on a slow machine.
PATIENT = Clocks(first_token_s=60, idle_s=60)
SHORT = Clocks(first_token_s=0.3, idle_s=0.3)

QUESTION = "Why is the sky blue?"


def completion(model: str = "m", max_tokens: int = 100) -> CompletionRequest:
    return CompletionRequest(model, [{"role": "user", "content": QUESTION}], max_tokens)


@dataclass
class Transcript:
    """`ends` holds every Finish, and the error if one was raised."""

    deltas: list[str] = field(default_factory=list)
    ends: list[Finish | GatewayError] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.deltas)

    @property
    def end(self) -> Finish | GatewayError:
        (end,) = self.ends
        return end

    @property
    def error(self) -> GatewayError:
        assert isinstance(self.end, GatewayError), self.end
        return self.end

    @property
    def finish(self) -> Finish:
        assert isinstance(self.end, Finish), repr(self.end)
        return self.end


async def transcript(
    gateway: Gateway, request: CompletionRequest | None = None, clocks: Clocks = PATIENT
) -> Transcript:
    result = Transcript()
    try:
        async with aclosing(gateway.stream(request or completion(), clocks)) as stream:
            async for part in stream:
                match part:
                    case Delta(text):
                        assert not result.ends, "a delta after the end"
                        result.deltas.append(text)
                    case Finish():
                        result.ends.append(part)
    except GatewayError as error:
        result.ends.append(error)
    return result
