"""The functions' folders are layers: imports point one way, from HTTP down to what is shared."""

import ast
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[1] / "functions"

# What each package may import, besides itself.
ALLOWED = {
    "shared": set[str](),
    "warmup": {"shared"},
    "chat.lazy": set[str](),
    "chat.limits": {"shared"},
    "chat.identity": {"shared"},
    "chat.conversation": {"shared"},
    # The chat warms a model itself where there is no warm-up function.
    "chat.generation": {"shared", "warmup"},
    "chat.turn": {"chat.generation", "chat.limits", "chat.conversation", "shared"},
    "chat.runtime": {"chat.app", "chat.lazy", "shared"},
}
ALLOWED["chat.context"] = {*ALLOWED["chat.turn"], "chat.turn", "chat.identity"}
ALLOWED["chat.api"] = {*ALLOWED["chat.context"], "chat.context"}
ALLOWED["chat.app"] = {"chat.api", "chat.context", "chat.lazy", "chat.runtime"}

LONGEST = 200


def dotted(path: Path) -> str:
    parts = path.relative_to(FUNCTIONS).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


MODULES = {dotted(path): path for path in sorted(FUNCTIONS.rglob("*.py"))}
each_module = pytest.mark.parametrize("name", MODULES)


def imports(path: Path) -> set[str]:
    """Every module of the project that the file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.module, f"{path} has a relative import."
            # `from chat.api import turns` names a module, `from chat.app import app` does not.
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (names & MODULES.keys()) or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("chat", "shared", "warmup")}


def package(module: str) -> str:
    return ".".join(module.split(".")[:2]) if module.startswith("chat.") else module.split(".")[0]


@each_module
def test_imports_point_one_way(name: str) -> None:
    if name == "chat":
        return
    allowed = ALLOWED[package(name)] | {package(name)}
    assert {package(module) for module in imports(MODULES[name])} <= allowed


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: imports(path) & MODULES.keys() for name, path in MODULES.items()}
    while leaves := {name for name, targets in graph.items() if not targets & graph.keys()}:
        graph = {name: targets for name, targets in graph.items() if name not in leaves}
    assert not graph


@each_module
def test_a_file_holds_one_noun(name: str) -> None:
    assert len(MODULES[name].read_text().splitlines()) <= LONGEST
