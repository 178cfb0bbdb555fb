"""What `make` prints while it installs and builds."""

import os
import subprocess
from pathlib import Path

from local.options import ROOT


def make(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run make with `folder` in place of .venv."""
    return subprocess.run(
        ["make", "--no-print-directory", f"VENV={folder}", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def step(command: str) -> str:
    return f"--eval=step: ; @$(call quietly,{command})"


def test_a_step_that_succeeds_prints_nothing(tmp_path: Path) -> None:
    ran = make(tmp_path, step("echo chunk.js 3 kB; echo WARNING: ignored >&2"), "step")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_a_step_that_fails_prints_everything(tmp_path: Path) -> None:
    ran = make(tmp_path, step("echo chunk.js 3 kB; echo WARNING: ignored >&2; false"), "step")
    assert ran.returncode == 2
    assert ran.stdout == "chunk.js 3 kB\nWARNING: ignored\n"


def test_the_first_start_says_how_long_it_takes(tmp_path: Path) -> None:
    (tmp_path / "done").mkdir()
    assert make(tmp_path, "first-start").stdout == "The first start takes about 40 seconds.\n"
    (tmp_path / "done" / "model").touch()
    assert make(tmp_path, "first-start").stdout == ""
