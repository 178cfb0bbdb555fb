"""Settings that are too long for a variable and live in a file of the package."""

import json
from pathlib import Path

import pytest

from shared.environment import SettingsError
from shared.models import DEFAULT_MODELS
from shared.settings import Settings

REQUIRED = {"LIVEPEER_GATEWAY_URL": "http://gateway", "TABLE_NAME": "table"}


def settings(package: Path, **variables: str) -> Settings:
    return Settings.from_env({**REQUIRED, **variables}, package)


def test_models_and_prompt_are_read_from_the_package(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text(json.dumps(["org/one", "org/two"]))
    (tmp_path / "prompt.txt").write_text("You are kind.\nBe brief.\n", encoding="utf-8")
    read = settings(tmp_path, LIVEPEER_MODELS="@models.json", SYSTEM_PROMPT="@prompt.txt")
    assert [model.id for model in read.models] == ["org/one", "org/two"]
    assert read.default_model == "org/one"
    assert read.system_prompt == "You are kind.\nBe brief."


def test_a_text_may_be_longer_than_a_functions_variables(tmp_path: Path) -> None:
    prompt = "Sei höflich. " * 1000
    (tmp_path / "prompt.txt").write_text(prompt, encoding="utf-8-sig")
    assert settings(tmp_path, SYSTEM_PROMPT="@prompt.txt").system_prompt == prompt.strip()


@pytest.mark.parametrize(
    "prompt",
    [
        "@prompt.txt is not a file here",
        "@ home",
        "@",
        "@../prompt.txt",
        "@prompts/a.txt",
        "a@b.txt",
    ],
)
def test_a_prompt_that_merely_starts_with_an_at_sign_is_a_prompt(
    tmp_path: Path, prompt: str
) -> None:
    (tmp_path / "prompt.txt").write_text("from a file")
    assert settings(tmp_path, SYSTEM_PROMPT=prompt).system_prompt == prompt


@pytest.mark.parametrize("name", ["SYSTEM_PROMPT", "LIVEPEER_MODELS"])
@pytest.mark.parametrize(
    ("file", "problem"),
    [
        ("missing.txt", "not in the package"),
        ("folder.json", "not in the package"),
        ("latin.txt", "not UTF-8"),
        ("empty.json", "empty"),
        ("Makefile", ".json or .txt"),
        ("..", ".json or .txt"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_setting(
    tmp_path: Path, name: str, file: str, problem: str
) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "latin.txt").write_bytes(b"h\xf6flich")
    (tmp_path / "empty.json").write_text("\n")
    (tmp_path / "Makefile").write_text("all:")
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, **{name: f"@{file}"})
    assert str(refused.value).startswith(f"{name} names {file}")
    assert problem in str(refused.value)


def test_a_malformed_list_in_a_file_names_the_setting_once(tmp_path: Path) -> None:
    (tmp_path / "models.json").write_text('[{"id": "a", "vram": 3}]')
    with pytest.raises(SettingsError, match=r"^LIVEPEER_MODELS: .*vram") as refused:
        settings(tmp_path, LIVEPEER_MODELS="@models.json")
    assert str(refused.value).count("LIVEPEER_MODELS") == 1


def test_without_files_the_settings_are_the_variables(tmp_path: Path) -> None:
    read = settings(tmp_path, SYSTEM_PROMPT="Be brief.")
    assert read.system_prompt == "Be brief."
    assert read.models == DEFAULT_MODELS


def test_by_default_the_package_is_the_folder_of_the_functions() -> None:
    # The build's own list of packages is no prompt, but the only text file in that folder.
    assert (
        "httpx"
        in Settings.from_env({**REQUIRED, "SYSTEM_PROMPT": "@requirements.txt"}).system_prompt
    )
