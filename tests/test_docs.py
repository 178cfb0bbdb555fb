"""The documents name files and functions that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DOCUMENTS = sorted(
    path for pattern in ("*.md", "docs/*.md", "benchmarks/*.md") for path in ROOT.glob(pattern)
)

# A hop of a walk through the code: `functions/chat/turn/turns.py:Turns.send`.
HOP = re.compile(r"\b([\w./-]+\.(?:py|tsx?)):([A-Za-z_][\w.]*)")
FEWEST_HOPS = 8

# [text](target), [name]: target, and src, srcset or href of HTML.
LINK = re.compile(r"\]\(<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)|\b(?:src|srcset|href)=\"([^\"\s]+)", re.M)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.I)


def hops() -> list[tuple[str, str]]:
    assert ARCHITECTURE.exists(), "docs/architecture.md is missing."
    return HOP.findall(ARCHITECTURE.read_text())


def is_defined(path: Path, name: str) -> bool:
    """True if the file defines the function or class; `Class.method` names a method."""
    if path.suffix != ".py":
        words = set(re.findall(r"#?\w+", path.read_text()))
        return words >= set(name.removesuffix(".").split("."))
    nodes: list[ast.stmt] = ast.parse(path.read_text()).body
    *scopes, last = name.removesuffix(".").split(".")
    for scope in scopes:
        classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
        nodes = [child for node in classes if node.name == scope for child in node.body]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(node, kinds) and node.name == last for node in nodes)


def relative_links(document: Path) -> list[str]:
    groups = LINK.findall(document.read_text())
    targets = ("".join(group) for group in groups)
    return [target for target in targets if not ELSEWHERE.match(target)]


def test_architecture_has_hops() -> None:
    assert len(hops()) >= FEWEST_HOPS, f"docs/architecture.md has fewer than {FEWEST_HOPS} hops."


def test_every_hop_names_existing_code() -> None:
    missing = [
        f"{path}:{name}"
        for path, name in hops()
        if not (ROOT / path).is_file() or not is_defined(ROOT / path, name)
    ]
    assert missing == []


def test_readme_is_among_the_documents() -> None:
    assert {ROOT / "README.md", ROOT / "benchmarks" / "README.md"} <= set(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_point_to_existing_files(document: Path) -> None:
    links = relative_links(document)
    missing = [link for link in links if not (document.parent / link.partition("#")[0]).exists()]
    assert missing == []
