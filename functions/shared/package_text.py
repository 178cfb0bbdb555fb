"""Settings too long for a variable: Lambda takes 4 KB for all variables of a function.

Such a variable names a file in the package's root after an `@`, such as `@prompt.txt`.
"""

import re
from pathlib import Path

from shared.environment import Environment, SettingsError

# The folder of chat/ and shared/: functions/ in the sources, /var/task on Lambda.
PACKAGE = Path(__file__).parents[1]
# A text that merely starts with @ has spaces or other characters.
_FILE = re.compile(r"@([A-Za-z0-9_.-]+)")
# What functions/Makefile packs.
_PACKED = (".json", ".txt")


def long_text(env: Environment, name: str, package: Path) -> str:
    """The variable's value, or the text of the file that it names. Raises SettingsError."""
    value = env.text(name)
    file = file_name(value)
    return _read(name, package / file) if file else value


def file_name(value: str) -> str:
    """The name of the file that the value stands for, "" if it is the text itself."""
    found = _FILE.fullmatch(value)
    return found[1] if found else ""


def _read(name: str, path: Path) -> str:
    if path.suffix not in _PACKED:
        raise SettingsError(
            f"{name} names {path.name}. Only files that end with {' or '.join(_PACKED)} are packed."
        )
    try:
        # Some editors begin a file with a byte order mark, and most end it with a line break.
        text = path.read_text("utf-8-sig").strip()
    except OSError:
        raise SettingsError(
            f"{name} names {path.name}, which is not in the package. Put it into functions/."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(
            f"{name} names {path.name}, which is not UTF-8. Save it as UTF-8."
        ) from None
    if not text:
        raise SettingsError(f"{name} names {path.name}, which is empty. Write the setting into it.")
    return text
