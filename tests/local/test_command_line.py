import pytest

from local.__main__ import duration_s, parse


@pytest.mark.parametrize(
    ("text", "seconds"), [("20s", 20), ("5m", 300), ("0.5", 0.5), ("1h", 3600)]
)
def test_duration(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds


def test_ports_come_from_flags_then_the_environment_then_the_defaults() -> None:
    options = parse(["--port", "1"], {"PAGE_PORT": "2", "FUNCTION_URL_PORT": "3"})
    assert (options.page_port, options.url_port, options.gateway_port) == (1, 3, 8082)
