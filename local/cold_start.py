"""Simulates models that are unloaded when idle and take time to load."""

import asyncio
import time


class ColdStart:
    """One orchestrator with memory for every model. Times are in seconds."""

    def __init__(self, load_s: float = 0, unload_s: float = 300) -> None:
        self._load_s = load_s
        self._unload_s = unload_s
        self._used: dict[str, float] = {}
        self._loading: dict[str, asyncio.Task[None]] = {}

    async def loaded(self, model: str) -> None:
        """Return when the model can answer. Loading continues if the caller is cancelled."""
        if model not in self._loading and not self._is_warm(model):
            self._loading[model] = asyncio.create_task(self._load(model))
        if model in self._loading:
            await asyncio.shield(self._loading[model])
        self.used(model)

    def used(self, model: str) -> None:
        self._used[model] = time.monotonic()

    async def close(self) -> None:
        for task in self._loading.values():
            task.cancel()
        await asyncio.gather(*self._loading.values(), return_exceptions=True)

    def _is_warm(self, model: str) -> bool:
        last = self._used.get(model)
        return not self._load_s or (last is not None and time.monotonic() - last < self._unload_s)

    async def _load(self, model: str) -> None:
        await asyncio.sleep(self._load_s)
        self.used(model)
        del self._loading[model]
