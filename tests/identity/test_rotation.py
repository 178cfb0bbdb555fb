"""The session key is rotated while environments keep running."""

import time
from dataclasses import replace

import pytest

from chat.identity.keys import REREAD_S, SessionKeys
from chat.identity.sessions import Identity, NotSignedIn, Sessions, key_id
from shared.aws.secret import MAX_AGE_S
from shared.settings import Settings, SettingsError

OLD, NEW = "o" * 40, "n" * 40
SETTINGS = replace(
    Settings.from_env({"LIVEPEER_GATEWAY_URL": "http://127.0.0.1", "TABLE_NAME": "Table"}),
    session_secret_name="secret",
)


class Secret:
    """A secret and a clock that the test controls."""

    def __init__(self) -> None:
        self.versions = [OLD]
        self.reads = 0
        self.now = float(int(time.time()))
        self.down = False

    async def read(self, name: str) -> list[str]:
        self.reads += 1
        if self.down:
            raise SettingsError("A secret cannot be read.")
        return list(self.versions)

    def rotate(self) -> None:
        self.versions = [NEW, OLD]


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Secret:
    secret = Secret()
    monkeypatch.setattr("time.time", lambda: secret.now)
    return secret


@pytest.fixture
def keys(secret: Secret) -> SessionKeys:
    return SessionKeys(SETTINGS, secret.read)


async def identity(keys: SessionKeys) -> Identity:
    return Identity(await keys.sessions(), keys.newer_sessions, None)


async def test_running_environment_signs_with_the_new_key_after_the_maximum_age(
    secret: Secret, keys: SessionKeys
) -> None:
    assert key_id((await keys.sessions()).key) == key_id(OLD)
    secret.rotate()
    secret.now += MAX_AGE_S - 1
    assert key_id((await keys.sessions()).key) == key_id(OLD)
    secret.now += 1
    assert key_id((await keys.sessions()).key) == key_id(NEW)
    assert secret.reads == 2


async def test_first_key_is_refused_after_a_second_rotation(
    secret: Secret, keys: SessionKeys
) -> None:
    leaked = (await keys.sessions()).start().token
    secret.rotate()
    secret.now += MAX_AGE_S
    assert await (await identity(keys)).user_id(leaked)
    secret.versions = ["2" * 40, NEW]
    secret.now += MAX_AGE_S
    with pytest.raises(NotSignedIn):
        await (await identity(keys)).user_id(leaked)


async def test_session_signed_with_a_newer_key_is_accepted_at_once(
    secret: Secret, keys: SessionKeys
) -> None:
    await keys.sessions()
    secret.rotate()
    secret.now += REREAD_S
    newer = Sessions([NEW, OLD]).start()
    assert await (await identity(keys)).user_id(newer.token) == newer.user_id


async def test_forged_key_ids_cause_at_most_one_read_a_minute(
    secret: Secret, keys: SessionKeys
) -> None:
    forged = Sessions(["f" * 40]).start().token
    for _ in range(100):
        secret.now += REREAD_S / 50
        with pytest.raises(NotSignedIn):
            await (await identity(keys)).user_id(forged)
    assert 2 <= secret.reads <= 3


async def test_sessions_stay_valid_if_the_secret_cannot_be_read(
    secret: Secret, keys: SessionKeys
) -> None:
    token = (await keys.sessions()).start().token
    secret.down = True
    secret.now += MAX_AGE_S
    assert await (await identity(keys)).user_id(token)
    secret.now += 1
    await keys.sessions()
    assert secret.reads == 2


async def test_missing_key_is_an_error(secret: Secret, keys: SessionKeys) -> None:
    secret.down = True
    with pytest.raises(SettingsError):
        await keys.sessions()
