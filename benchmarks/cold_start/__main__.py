"""python -m benchmarks.cold_start: from process start to ready, first answer and first token."""

import argparse
import asyncio
from functools import partial

from benchmarks.cold_start.packages import install_ours, install_peer
from benchmarks.cold_start.services import services
from benchmarks.cold_start.sides import Ours, Peer
from benchmarks.cold_start.trials import Trial, compare
from shared.models import DEFAULT_MODELS

RUNS = 15

# What the page calls to open, then what it called before GET /api/start existed.
PAGE_REQUESTS: tuple[tuple[str, str, object], ...] = (
    ("GET", "/api/start", None),
    ("POST", "/api/sessions", {}),
    ("GET", "/api/models", None),
    ("POST", "/api/models/warm", {"model": DEFAULT_MODELS[0].id}),
    ("GET", "/api/me", None),
    ("GET", "/api/conversations", None),
    ("GET", "/healthz", None),
)


async def measure(runs: int) -> None:
    async with services() as (folder, variables):
        ours = Ours(install_ours(folder / "ours"), variables)
        peer = Peer(install_peer(folder / "peer"), variables)
        await ours.create_conversation()
        print("| from process start until | | ours | peer | ours / peer |")
        print("|---|---|--:|--:|--:|")
        trials: list[tuple[str, Trial, Trial]] = [
            ("the first `/next`", ours.start, peer.start),
            ("the first token of the first turn", ours.first_token, peer.first_token),
        ]
        # The requests of a page visit are compared with the peer's start alone.
        conversation = f"/api/conversations/{ours.conversation}"
        for method, path, body in (*PAGE_REQUESTS, ("GET", conversation, None)):
            name = path.replace(ours.conversation, "{id}")
            answer = partial(ours.first_answer, method, path, body)
            trials.append((f"the answer to `{method} {name}`", answer, peer.start))
        for name, first, second in trials:
            await compare(name, first, second, runs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side, alternating")
    asyncio.run(measure(parser.parse_args().runs))


if __name__ == "__main__":
    main()
