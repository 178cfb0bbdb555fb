"""Answers whose status is not 200."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.scripted_gateway.answers import answer, json_answer, redirect
from tests.scripted_gateway.modes.mode import Mode
from tests.scripted_gateway.script import Script

# Nothing listens on the discard port.
ELSEWHERE = "http://127.0.0.1:9/llm"


def _missing_fields() -> Script:
    return json_answer(400, {"error": {"message": "missing required fields"}})


def _rate_limited_until() -> Script:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    return answer(429, "Too Many Requests", headers=(("Retry-After", date),))


MODES = (
    Mode("400", "missing required fields", _missing_fields),
    Mode("401", "no key, or a wrong one", lambda: json_answer(401, {"error": "Unauthorized"})),
    Mode("403", "the key may not do this", lambda: json_answer(403, {"error": "Forbidden"})),
    Mode("404", "nothing at this path", lambda: answer(404, "404 page not found\n")),
    Mode("405", "method not allowed", lambda: answer(405, "Method Not Allowed\n")),
    Mode("410", "this endpoint was retired", lambda: answer(410, "Gone\n")),
    Mode(
        "429",
        "too many requests, again in 7 seconds",
        lambda: answer(429, "Too Many Requests", headers=(("Retry-After", "7"),)),
    ),
    Mode("429-date", "too many requests, again in 2 minutes, as a date", _rate_limited_until),
    Mode("429-bare", "too many requests, no Retry-After", lambda: answer(429, "slow down")),
    Mode("500", "the gateway failed", lambda: answer(500, "Internal Server Error")),
    Mode(
        "502",
        "a proxy in front of it failed",
        lambda: answer(502, "<h1>Bad Gateway</h1>", "text/html"),
    ),
    Mode("503", "no orchestrator within 2 s", lambda: answer(503, "Service Unavailable Error")),
    Mode("302", "redirect elsewhere, by GET", lambda: redirect(302, ELSEWHERE)),
    Mode("307", "redirect elsewhere, by POST", lambda: redirect(307, ELSEWHERE)),
)
