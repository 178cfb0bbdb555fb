"""Measures what one chat and one warm-up round use."""

import io
from contextlib import redirect_stdout
from dataclasses import dataclass
from statistics import median

from ulid import ULID

from benchmarks.metered import ROOT, MeteredChat, metered_chat
from local.template import FunctionDefinition, Template
from shared.gateway.client import Gateway, gateway_http
from shared.warmth.rows import WarmthRows
from tests.scripted_gateway import Head, Script, Send, Wait, livepeer
from warmup.due import due
from warmup.round import Round

# Assumptions about a chat, not measurements.
REPLY_TOKENS = 300
TOKENS_PER_S = 30
FIRST_TOKEN_S = 0.5
PROMPT_TOKENS = 400
WORD = " word"


@dataclass(frozen=True, slots=True)
class ChatUse:
    """One message and its reply, the second turn of its conversation. Sizes in KB."""

    seconds: float
    reads: float
    writes: float
    reserved_tokens: int
    sent_kb: float
    log_kb: float
    stored_kb: float


@dataclass(frozen=True, slots=True)
class WarmupUse:
    """One round that visits every model."""

    reads: float
    writes: float
    visits: int


def reply() -> Script:
    frames = livepeer.deltas([WORD] * REPLY_TOKENS)
    end = livepeer.frame("", tokens=REPLY_TOKENS, finish_reason="stop")
    steps = [step for frame in frames for step in (Send(frame), Wait(1 / TOKENS_PER_S))]
    return Script((Wait(FIRST_TOKEN_S), Head(), *steps, Send(end)))


async def measure(repeats: int) -> tuple[ChatUse, WarmupUse]:
    async with metered_chat() as chat:
        # First, because turns mark the models as warm.
        warmup = await _warmup(chat)
        chat.gateway.script = reply()
        turns = []
        for _ in range(repeats):
            conversation_id = str(ULID())
            await chat.turn(conversation_id, WORD * 20)
            turns.append(await chat.turn(conversation_id, WORD * 20))
        use = ChatUse(
            seconds=median(turn.whole_s for turn in turns),
            reads=median(turn.reads for turn in turns),
            writes=median(turn.writes for turn in turns),
            reserved_tokens=PROMPT_TOKENS + chat.settings.max_tokens,
            sent_kb=median(turn.sent_bytes for turn in turns) / 1000,
            log_kb=median(turn.logged_bytes for turn in turns) / 1000,
            stored_kb=(REPLY_TOKENS + 20) * len(WORD) / 1000 + 1,
        )
        return use, warmup


async def _warmup(chat: MeteredChat) -> WarmupUse:
    async with gateway_http() as http:
        gateways = [Gateway(url, http) for url in chat.settings.gateway_urls]
        with redirect_stdout(io.StringIO()):
            warmths = await WarmthRows(chat.table).all()
            places = due(chat.settings, warmths, [gateway.name for gateway in gateways])
            visits = await Round(chat.settings, chat.table, gateways).run(places, 60)
    return WarmupUse(chat.service.reads, chat.service.writes, len(visits))


def functions() -> dict[str, FunctionDefinition]:
    return {each.name: each for each in Template.read(ROOT / "template.yaml").functions()}
