"""What a person meets who asks for more than there is."""

import math


class LimitReached(Exception):
    """`limit` names it as the settings do; after `retry_after_s` seconds there is more."""

    def __init__(self, limit: str, code: str, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.limit = limit
        self.code = code
        self.retry_after_s = max(1, math.ceil(retry_after_s))
