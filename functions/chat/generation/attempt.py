from dataclasses import dataclass
from typing import Literal

from shared.gateway.client import Gateway
from shared.gateway.completion import CompletionRequest
from shared.warmth.warmth import Warmth

Phase = Literal["connecting", "waiting", "warming", "retrying", "failover"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One planned request to one gateway.

    `warmth` is the model's warmth at planning time. `phase` is the status that users see when the
    attempt starts. `listed`: the model is in the settings, not only named by a caller.
    """

    gateway: Gateway
    completion: CompletionRequest
    warmth: Warmth
    first_token_s: float
    phase: Phase
    listed: bool = True
