"""The first chat on a cold model, with and without warming it when the page opens.

    .venv/bin/python -m benchmarks.prewarm [--cold 8] [--reading 10]

Runs the whole system here. `--cold` is how long a model takes to load, `--reading` how long a
person looks at the page before sending, both in seconds.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from uuid import uuid4

import httpx
from ulid import ULID

from local.cloud import LocalCloud, Options


async def first_token_ms(http: httpx.AsyncClient, model: str) -> int:
    body = {
        "message": {"id": str(uuid4()), "content": "Say hello."},
        "model": model,
        "max_tokens": 8,
    }
    answer = await http.post(f"/api/conversations/{ULID()}/turns", json=body)
    (done,) = [line for line in answer.text.splitlines() if '"outcome"' in line]
    return int(json.loads(done.removeprefix("data: "))["first_token_ms"])


async def measure(cold_s: float, reading_s: float) -> None:
    state = Path(tempfile.mkdtemp())
    options = Options(state=state, cold_s=cold_s, warmup=False, echo=lambda _: None)
    async with (
        LocalCloud(options) as cloud,
        httpx.AsyncClient(base_url=cloud.function_url, timeout=120, trust_env=False) as http,
    ):
        token = (await http.post("/api/sessions")).json()["token"]
        http.headers["authorization"] = f"Bearer {token}"
        cold_model, warmed_model, *_ = [
            each["id"] for each in (await http.get("/api/models")).json()["models"]
        ]
        await asyncio.sleep(reading_s)
        cold = await first_token_ms(http, cold_model)
        await http.post("/api/models/warm", json={"model": warmed_model})
        await asyncio.sleep(reading_s)
        warmed = await first_token_ms(http, warmed_model)
    print(f"| a model that loads in {cold_s:g} s, read about for {reading_s:g} s | first token |")
    print("|---|--:|")
    print(f"| not warmed | {cold} ms |")
    print(f"| warmed when the page opens | {warmed} ms |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cold", type=float, default=8)
    parser.add_argument("--reading", type=float, default=10)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.cold, chosen.reading))


if __name__ == "__main__":
    main()
