"""axe-core's findings on the current screen."""

from functools import cache
from typing import Any

from playwright.async_api import Page

from local.cloud import ROOT

# WCAG 2.2 A and AA, and axe-core's best practices.
_RUN = """
() => axe.run(document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
})
"""


@cache
def _source() -> str:
    return (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text()


async def violations(page: Page) -> list[str]:
    """Returns what is wrong, and where."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_source())
    found: dict[str, Any] = await page.evaluate(_RUN)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


async def is_clean(page: Page, state: str) -> None:
    found = await violations(page)
    assert not found, "\n".join([f"{state}:", *found])
