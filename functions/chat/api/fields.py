"""Fields that several of pydantic's bodies share."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from chat.api.texts import without_nul
from chat.api.turn_bodies import (
    MOST_MODEL_CHARACTERS,
    MOST_PROMPT_CHARACTERS,
    MOST_TEMPERATURE,
    MOST_TOKENS,
)
from chat.conversation.conversation import ULID_PATTERN

Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(without_nul)]
SystemPrompt = Annotated[
    str, StringConstraints(max_length=MOST_PROMPT_CHARACTERS), AfterValidator(without_nul)
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(without_nul),
]
ModelId = Annotated[str, StringConstraints(min_length=1, max_length=MOST_MODEL_CHARACTERS)]
MaxTokens = Annotated[int, Field(ge=1, le=MOST_TOKENS)]
Temperature = Annotated[float, Field(ge=0, le=MOST_TEMPERATURE)]
TopP = Annotated[float, Field(ge=0, le=1)]
ReplyId = Annotated[str, StringConstraints(pattern=f"^{ULID_PATTERN.pattern}$")]
