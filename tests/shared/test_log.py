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


def test_the_functions_log_with_it() -> None:
    assert isinstance(logger.registered_formatter, AllowListed)


def test_a_field_that_is_not_listed_is_dropped(log: Any) -> None:
    own, lines = log
    own.warning("attempt failed", extra={"gateway": "a", "prompt": SAID})
    line = json.loads(lines.getvalue())
    assert (line["message"], line["gateway"]) == ("attempt failed", "a")
    assert line.keys() <= FIELDS
    assert SAID not in lines.getvalue()


def test_an_exception_tells_its_kind_and_place_and_not_its_words(log: Any) -> None:
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
