import json
import traceback
from dataclasses import dataclass
from typing import Self

# A report may be sent as a trailer, and servers limit the size of trailers.
MESSAGE_LIMIT = 1000
FRAME_LIMIT = 10


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """An error in the Runtime API's format. `type` is `Function.<name>` or `Runtime.<name>`."""

    type: str
    body: bytes

    @classmethod
    def of(cls, error: BaseException, category: str = "Function") -> Self:
        error_type = f"{category}.{type(error).__name__}"
        report = {
            "errorType": error_type,
            "errorMessage": str(error)[:MESSAGE_LIMIT],
            "stackTrace": traceback.format_tb(error.__traceback__)[-FRAME_LIMIT:],
        }
        return cls(error_type, json.dumps(report).encode())
