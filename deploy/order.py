"""The command and its parameters, from the command line."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DEFAULT_STACK = "livepeer-chat"


@dataclass(frozen=True, slots=True)
class Order:
    """`parameters` are those given now; the stack keeps the others."""

    command: str
    stack: str
    parameters: Mapping[str, str]
    keep_table: bool = True
    dry_run: bool = False


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Order:
    """Exits with the usage if the arguments are malformed."""
    parser = argparse.ArgumentParser(
        prog="make deploy ARGS=…",
        description="Deploys the chat to the AWS account of the environment, with its page, and"
        " checks that it works. `make destroy` removes it and, with"
        " KEEP_TABLE=no, the conversations too.",
    )
    parser.add_argument("command", choices=("deploy", "destroy"))
    parser.add_argument("parameters", nargs="*", metavar="Name=Value",
        help="parameters of template.yaml; each is kept until you set it again")  # fmt: skip
    parser.add_argument("--stack", default=environ.get("STACK", DEFAULT_STACK),
        help="name of the stack (or STACK; %(default)s)")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true",
        help="only print what would be created, what it costs, and every problem")  # fmt: skip
    given = parser.parse_intermixed_args(arguments)
    for parameter in given.parameters:
        if not re.match(r"\w+=", parameter):
            parser.error(f"{parameter} is not a parameter: write Name=Value.")
    if given.dry_run and given.command == "destroy":
        parser.error("make destroy has no --dry-run.")
    return Order(
        given.command,
        given.stack,
        dict(parameter.split("=", 1) for parameter in given.parameters),
        keep_table=environ.get("KEEP_TABLE", "yes").lower() not in ("no", "false", "0"),
        dry_run=given.dry_run,
    )
