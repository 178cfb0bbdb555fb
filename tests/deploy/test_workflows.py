"""The workflows of GitHub Actions: what they may do, and what they run."""

import re
from typing import Any

import pytest
import yaml

from tests.sam.project import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"(actions|aws-actions)/[a-z-]+@v\d+")


def workflow(name: str) -> dict[Any, Any]:
    path = ROOT / ".github" / "workflows" / name
    # YAML 1.1 reads the key `on` as true.
    parsed: dict[Any, Any] = yaml.safe_load(path.read_text())
    return parsed


def steps(name: str) -> list[dict[str, Any]]:
    jobs = workflow(name)["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


@pytest.mark.parametrize("name", [path.name for path in WORKFLOWS])
def test_actions_are_pinned_and_come_from_github_or_aws(name: str) -> None:
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert used
    assert [each for each in used if not PINNED.fullmatch(each)] == []


@pytest.mark.parametrize("name", [path.name for path in WORKFLOWS])
def test_no_command_contains_an_expression(name: str) -> None:
    """GitHub inserts them before the shell reads the command, so the shell could execute input."""
    assert [step["run"] for step in steps(name) if "${{" in step.get("run", "")] == []


def test_ci_may_only_read() -> None:
    assert workflow("ci.yml")["permissions"] == {"contents": "read"}


def test_deploying_needs_only_a_token_for_aws() -> None:
    deploy = workflow("deploy.yml")
    assert deploy["permissions"] == {"contents": "read", "id-token": "write"}
    assert "permissions" not in deploy["jobs"]["deploy"]
    assert "secrets." not in (ROOT / ".github" / "workflows" / "deploy.yml").read_text()


def test_deploying_starts_by_hand_or_by_a_tag_one_at_a_time() -> None:
    deploy = workflow("deploy.yml")
    assert set(deploy[True]) == {"workflow_dispatch", "push"}
    assert deploy[True]["push"] == {"tags": ["v*"]}
    assert deploy["concurrency"]["cancel-in-progress"] is False


def test_deploying_assumes_the_role_and_runs_make_deploy() -> None:
    [credentials] = [
        step for step in steps("deploy.yml") if "configure-aws-credentials" in step.get("uses", "")
    ]
    assert credentials["with"]["role-to-assume"] == "${{ vars.AWS_DEPLOY_ROLE }}"
    assert [step["run"].split()[:2] for step in steps("deploy.yml") if "run" in step] == [
        ["make", "deploy"]
    ]
