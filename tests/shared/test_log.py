"""Log lines hold only listed fields."""

import io
import json
import logging
from typing import Any

import pytest

from shared.log import FIELDS, AllowListed, logger

CONFIDENTIAL = "said in confidence"


@pytest.fixture
def log() -> Any:
    """A logger with the functions' formatter, and its output."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(AllowListed())
    test_logger = logging.Logger("test")
    test_logger.addHandler(handler)
    return test_logger, lines


def test_logger_formats_with_the_allow_list() -> None:
    assert isinstance(logger.registered_formatter, AllowListed)


def test_unlisted_field_is_dropped(log: Any) -> None:
    test_logger, lines = log
    test_logger.warning("attempt failed", extra={"gateway": "a", "prompt": CONFIDENTIAL})
    line = json.loads(lines.getvalue())
    assert (line["message"], line["gateway"]) == ("attempt failed", "a")
    assert line.keys() <= FIELDS
    assert CONFIDENTIAL not in lines.getvalue()


def test_exception_is_logged_with_its_kind_and_place_but_not_its_text(log: Any) -> None:
    test_logger, lines = log
    try:
        int(CONFIDENTIAL)
    except ValueError as error:
        error.add_note(CONFIDENTIAL)
        test_logger.exception("The app failed")
    line = json.loads(lines.getvalue())
    assert line["exception_name"] == "ValueError"
    assert "test_log.py" in line["exception"]
    assert CONFIDENTIAL not in lines.getvalue()
