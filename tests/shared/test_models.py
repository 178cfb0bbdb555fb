"""The setting LIVEPEER_MODELS."""

import pytest

from shared.settings import Settings, SettingsError


@pytest.mark.parametrize(
    ("models", "named"),
    [
        ("[1]", "entry 1"),
        ("{}", "not a list"),
        ("[", "not JSON"),
        ('["a", {"id": "b", "vram": 3}]', "vram"),
        ('[{"id": "a", "context_window": "8k"}]', "context_window"),
        ('["a", "a"]', "twice"),
    ],
)
def test_invalid_model_list_names_the_field(models: str, named: str) -> None:
    with pytest.raises(SettingsError, match=named) as refused:
        Settings.from_env(
            {"LIVEPEER_GATEWAY_URL": "http://g", "TABLE_NAME": "t", "LIVEPEER_MODELS": models}
        )
    assert "LIVEPEER_MODELS" in str(refused.value)
