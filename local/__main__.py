"""`make dev`: runs the local cloud until Ctrl-C or SIGTERM."""

import argparse
import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

# The functions' packages, in the folder they are deployed from.
sys.path.insert(0, str(Path(__file__).parent.parent / "functions"))

from local.cloud import ROOT, LocalCloud, Options
from local.dynamodb import EngineMissing
from local.http_server import PortTaken
from local.intrinsics import TemplateError
from local.model import ModelMissing
from local.relay import NoSuchAddress
from local.settings import overrides
from shared.settings import SettingsError

_PORTS = {
    "page_port": ("--port", "PAGE_PORT"),
    "url_port": ("--url-port", "FUNCTION_URL_PORT"),
    "gateway_port": ("--gateway-port", "GATEWAY_PORT"),
    "dynamodb_port": ("--dynamodb-port", "DYNAMODB_PORT"),
}


def duration_s(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(s|m|h)?", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 20s or 5m")
    return float(match[1]) * {None: 1, "s": 1, "m": 60, "h": 3600}[match[2]]


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="make dev ARGS=…",
        description="Runs the whole system on this machine. A setting in the environment, such as"
        " MAX_TOKENS=200, overrides template.yaml. LIVEPEER_GATEWAY_URL uses a real gateway"
        " instead of the small model.",
    )
    add = parser.add_argument
    for (name, (flag, variable)), port in zip(
        _PORTS.items(), (8080, 8081, 8082, 8083), strict=True
    ):
        add(flag, dest=name, type=int, default=environ.get(variable, port), metavar="PORT",
            help=f"{name.removesuffix('_port')} (or {variable}; %(default)s)")  # fmt: skip
    add("--dynamodb", choices=("ministack", "local"), default="ministack",
        help="database engine; local is AWS's DynamoDB Local, in memory (%(default)s)")  # fmt: skip
    add("--gateway", choices=("model", "faults"), default="model",
        help="a small model, or faults that you pick on a page at its port")  # fmt: skip
    add("--environments", type=int, default=10, metavar="N",
        help="maximum environments of each function (%(default)s)")  # fmt: skip
    add("--cold", dest="cold_s", type=duration_s, default=0.0, metavar="TIME",
        help="how long a model takes to load, such as 20s (0)")  # fmt: skip
    add("--unload", dest="unload_s", type=duration_s, default=300.0, metavar="TIME",
        help="idle time after which a model is unloaded (5m)")  # fmt: skip
    add("--down", action="append", default=[], metavar="MODEL",
        help="a model that no orchestrator serves; can be repeated")  # fmt: skip
    add("--state", type=Path, default=ROOT / ".local", metavar="FOLDER",
        help="folder for conversations and the session secret (.local)")  # fmt: skip
    add("--also-on", default="", metavar="ADDRESS",
        help="second address for gateway and table, such as 172.17.0.1 for containers")  # fmt: skip
    add("--no-warmup", dest="warmup", action="store_false", help="do not run the schedule")
    chosen = vars(parser.parse_args(arguments))
    chosen["down"] = frozenset(chosen["down"])
    return Options(**chosen, settings=overrides(environ), echo=_echo)


def _echo(line: str) -> None:
    print(line, flush=True)


async def run(options: Options) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    working = asyncio.create_task(_work(options))
    await asyncio.wait((stopping, working), return_when=asyncio.FIRST_COMPLETED)
    for task in (stopping, working):
        task.cancel()
    if stop.is_set():
        options.echo("Stopping…")
    try:
        await working
    except asyncio.CancelledError:
        options.echo("Stopped.")


async def _work(options: Options) -> None:
    async with LocalCloud(options) as cloud:
        options.echo(f"\n  Page          {cloud.page_url}")
        options.echo(f"  Function URL  {cloud.function_url}")
        options.echo(f"  Gateway       {cloud.gateway_url}")
        options.echo(f"  DynamoDB      {cloud.dynamodb_url}, table {cloud.table_name}")
        options.echo("\nCtrl-C stops it.\n")
        await asyncio.Event().wait()


def main() -> None:
    options = parse(sys.argv[1:], os.environ)
    try:
        asyncio.run(run(options))
    except PortTaken as error:
        sys.exit(f"{error} {_other_port(options, error.port)}")
    except (NoSuchAddress, EngineMissing, ModelMissing, TemplateError, SettingsError) as error:
        sys.exit(str(error))


def _other_port(options: Options, port: int) -> str:
    flag, variable = next(names for key, names in _PORTS.items() if getattr(options, key) == port)
    another = f"make dev ARGS='{flag} {port + 10}', or {variable}={port + 10} make dev"
    return f"Stop what uses it, or choose another: {another}."


if __name__ == "__main__":
    main()
