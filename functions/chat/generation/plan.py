"""Which gateways are asked for a reply, in which order, and for how long each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chat.generation.warmth_cache import Climate
from shared.gateway.client import Gateway
from shared.gateway.completion import CompletionRequest
from shared.gateway.tokens import estimate_prompt_tokens
from shared.models import Model
from shared.settings import Settings
from shared.warmth.warmth import Warmth

Phase = Literal["connecting", "waiting", "warming", "retrying", "failover"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """`warmth` is what was known before. `phase` is how the attempt begins, for a person.

    `listed`: the model is one of the settings', not one that somebody named.
    """

    gateway: Gateway
    request: CompletionRequest
    warmth: Warmth
    first_token_s: float
    phase: Phase
    listed: bool = True


def plan(
    settings: Settings,
    climate: Climate,
    gateways: Sequence[Gateway],
    request: CompletionRequest,
    avoid: str = "",
) -> list[Attempt]:
    """The first gateway twice, every other one once, then the fallback model if it is warm.

    Gateways whose breaker is open come last. `avoid` names the one that failed this reply before.
    """
    ordered = sorted(
        gateways,
        key=lambda each: (climate.closed_for_s(request.model, each.name) > 0, each.name == avoid),
    )
    attempts = [
        _attempt(settings, climate, gateway, request, phase) for gateway, phase in _places(ordered)
    ]
    if fallback := _fallback(settings, climate, ordered, request):
        attempts.append(fallback)
    # There is nothing after the last one to hurry for; those left alone for now are not asked.
    open_places = [
        place
        for place, attempt in enumerate(attempts)
        if not climate.closed_for_s(attempt.request.model, attempt.gateway.name)
    ]
    last = open_places[-1] if open_places else -1
    attempts[last] = replace(attempts[last], first_token_s=settings.first_token_cold_s)
    return attempts


def _places(gateways: Sequence[Gateway]) -> list[tuple[Gateway, Phase]]:
    first, *others = gateways
    return [(first, "connecting"), (first, "retrying"), *((each, "failover") for each in others)]


def _attempt(
    settings: Settings,
    climate: Climate,
    gateway: Gateway,
    request: CompletionRequest,
    phase: Phase,
) -> Attempt:
    warmth = climate.of(request.model, gateway.name)
    warm = warmth.state == "warm"
    patience_s = settings.first_token_warm_s if warm else settings.first_token_cold_s
    listed = any(model.id == request.model for model in settings.models)
    return Attempt(gateway, request, warmth, patience_s, phase, listed)


def _fallback(
    settings: Settings, climate: Climate, gateways: Sequence[Gateway], request: CompletionRequest
) -> Attempt | None:
    model: Model | None = settings.model(settings.fallback_model)
    if model is None or model.id == request.model:
        return None
    if estimate_prompt_tokens(request.messages) + request.max_tokens > model.context_window:
        return None
    other = replace(request, model=model.id)
    for gateway in gateways:
        attempt = _attempt(settings, climate, gateway, other, "failover")
        if attempt.warmth.state == "warm":
            return attempt
    return None
