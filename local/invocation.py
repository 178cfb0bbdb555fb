"""One invocation of a function, from the invoker's side."""

import asyncio
import secrets
import time
from uuid import uuid4


class FunctionFailed(Exception):
    """The function did not finish its answer."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Invocation:
    def __init__(self, event: bytes) -> None:
        self.id = str(uuid4())
        self.trace_id = f"Root=1-{int(time.time()):x}-{secrets.token_hex(12)};Sampled=0"
        self.event = event
        # Set once the first part, or the end, has been read.
        self.content_type = ""
        self._parts: asyncio.Queue[bytes | FunctionFailed | None] = asyncio.Queue()
        self.over = False

    async def read(self) -> bytes | None:
        """Return the next part as the function wrote it, or None at the end.

        Raises FunctionFailed.
        """
        part = await self._parts.get()
        if isinstance(part, FunctionFailed):
            raise part
        return part

    def write(self, part: bytes) -> None:
        if not self.over:
            self._parts.put_nowait(part)

    def finish(self) -> None:
        self._end(None)

    def fail(self, failure: FunctionFailed) -> None:
        self._end(failure)

    def _end(self, last: FunctionFailed | None) -> None:
        if not self.over:
            self.over = True
            self._parts.put_nowait(last)
