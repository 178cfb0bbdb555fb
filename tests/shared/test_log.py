"""What a line of the log may hold, whatever a call hands over."""

import io
import json
import logging
from typing import Any

import pytest

from shared.log import FIELDS, AllowListed, logger

SAID = "said in confidence"


@pytest.fixture
def log() -> Any:
    """A logger like the functions', and its lines."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(AllowListed())
    own = logging.Logger("own")
    own.addHandler(handler)
    return own, lines


def test_logger_formats_with_the_allow_list() -> None:
    assert isinstance(logger.registered_formatter, AllowListed)


def test_unlisted_field_is_dropped(log: Any) -> None:
    own, lines = log
    own.warning("attempt failed", extra={"gateway": "a", "prompt": SAID})
    line = json.loads(lines.getvalue())
    assert (line["message"], line["gateway"]) == ("attempt failed", "a")
    assert line.keys() <= FIELDS
    assert SAID not in lines.getvalue()


def test_exception_is_logged_with_its_kind_and_place_but_not_its_text(log: Any) -> None:
    own, lines = log
    try:
        int(SAID)
    except ValueError as error:
        error.add_note(SAID)
        own.exception("The app failed")
    line = json.loads(lines.getvalue())
    assert line["exception_name"] == "ValueError"
    assert "test_log.py" in line["exception"]
    assert SAID not in lines.getvalue()
