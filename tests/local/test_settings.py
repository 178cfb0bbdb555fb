from collections.abc import Iterator, Mapping
from pathlib import Path

from local.settings import NAMES, local_variables, overrides, session_secret
from shared.settings import Settings


class Recorded(Mapping[str, str]):
    """Remembers which names were read."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def test_every_setting_of_the_functions_can_be_overridden() -> None:
    environ = Recorded({"LIVEPEER_GATEWAY_URL": "http://gateway", "TABLE_NAME": "t"})
    Settings.from_env(environ)
    assert environ.read <= set(NAMES)


def test_user_settings_override_local_ones_which_override_the_template() -> None:
    declared = {"A": "template", "B": "template", "C": "template", "SESSION_SECRET_NAME": "arn"}
    variables = local_variables(declared, {"B": "local", "C": "local"}, {"C": "chosen"})
    assert variables == {"A": "template", "B": "local", "C": "chosen"}


def test_only_settings_are_taken_from_the_environment() -> None:
    assert overrides({"MAX_TOKENS": "5", "HOME": "/x"}) == {"MAX_TOKENS": "5"}


def test_session_secret_is_kept_and_private(tmp_path: Path) -> None:
    secret = session_secret(tmp_path)
    assert len(secret) >= 32
    assert session_secret(tmp_path) == secret
    assert (tmp_path / "session-secret").stat().st_mode & 0o777 == 0o600
