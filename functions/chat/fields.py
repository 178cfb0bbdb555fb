"""Fields that several of pydantic's bodies share."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from chat.conversations import ULID_PATTERN
from chat.texts import without_nul

Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(without_nul)]
SystemPrompt = Annotated[str, StringConstraints(max_length=8000), AfterValidator(without_nul)]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(without_nul),
]
ModelId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MaxTokens = Annotated[int, Field(ge=1, le=1_000_000)]
Temperature = Annotated[float, Field(ge=0, le=2)]
TopP = Annotated[float, Field(ge=0, le=1)]
ReplyId = Annotated[str, StringConstraints(pattern=f"^{ULID_PATTERN.pattern}$")]
