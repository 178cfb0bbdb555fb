"""`sam deploy --guided` by somebody who presses Enter at every question."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import httpx

from tests.deploy.cloud import REGION
from tests.deploy.conftest import Deployed
from tests.deploy.test_deploy import physical_id
from tests.sam.project import ROOT, SAM_BIN


async def test_enter_at_every_question_deploys_a_chat_that_asks_for_its_gateway(
    deployed: Deployed, tmp_path: Path
) -> None:
    """After `make build`, which the fixture's deployment did."""
    answers = tmp_path / "samconfig.toml"
    shutil.copy(ROOT / "samconfig.toml", answers)
    guided = await asyncio.to_thread(
        subprocess.run,
        [str(SAM_BIN / "sam"), "deploy", "--guided", "--config-file", str(answers)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "SAM_CLI_TELEMETRY": "0", **deployed.account.environ},
        input="\n" * 100,
        capture_output=True,
        text=True,
        check=False,
    )
    assert guided.returncode == 0, guided.stdout + guided.stderr
    assert f"AWS Region [{REGION}]" in guided.stdout

    outputs = await deployed.account.outputs("livepeer-chat")
    api = outputs["FunctionUrl"].rstrip("/")
    with deployed.http() as http:
        assert http.get(f"{api}/healthz").json() == {"status": "ok"}
        refused = http.post(f"{api}/api/sessions", json={})
    assert refused.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "Set it to the address of your LLM gateway." in refused.json()["error"]["message"]
    schedule = physical_id(deployed.account, "livepeer-chat", "WarmupFunctionSchedule")
    made = deployed.account.client("scheduler").get_schedule(Name=schedule)
    assert made["State"] == "DISABLED"
