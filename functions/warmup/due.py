"""Selects the models that a warm-up visits."""

import time
from collections.abc import Sequence

from shared.settings import Settings
from shared.warmth.warmth import LOADED_S, Warmth, WarmthMap

# How often to visit a model that has not been used for a long time.
SLOW_S = 3600.0


def due(settings: Settings, warmths: WarmthMap, gateways: Sequence[str]) -> list[Warmth]:
    """The models to keep warm, per gateway, except those that will still be warm next round."""
    places = [
        warmths.of(model, gateway) for model in settings.warmup_models for gateway in gateways
    ]
    return [
        each
        for each in places
        if not _stays_warm(each, settings) and _worth_a_visit(each, settings)
    ]


def due_for(warmths: WarmthMap, model: str, gateways: Sequence[str]) -> list[Warmth]:
    """A model that is about to be used, on the gateway that a turn would ask first."""
    now = time.time()
    places = [warmths.of(model, gateway) for gateway in gateways]
    first = next((each for each in places if each.open_until <= now), places[0])
    return [] if first.state == "warm" else [first]


def _stays_warm(warmth: Warmth, settings: Settings) -> bool:
    """Its last token keeps it loaded until the next round."""
    return warmth.token_at + LOADED_S >= time.time() + settings.warmup_interval_s


def _worth_a_visit(warmth: Warmth, settings: Settings) -> bool:
    """It is in use, or its last visit was long ago."""
    now = time.time()
    idle = now - max(warmth.used_at, warmth.created_at) > settings.warm_idle_s > 0
    return not idle or now - warmth.visited_at >= SLOW_S
