"""python -m benchmarks.markdown: the page's work per token, in short and long answers."""

import asyncio
import shutil
import sys
from statistics import median

from playwright.async_api import Page, async_playwright, expect

from benchmarks.markdown.answer import KINDS, tokens
from benchmarks.markdown.site import Site
from benchmarks.markdown.tracing import Trace, Work

SHORT, LONG = 1_000, 20_000
PACE = 400
MAX_GROWTH = 1.3
MAX_TASK_MS = 50
# Only these kinds must stay within the limits. Each of the others is one long block, which the
# browser always lays out as a whole.
BOUNDED_KINDS = ("mixed", "code")

_FLAGS = ("--no-sandbox", "--disable-background-networking", "--disable-component-update")


async def answer(page: Page, site: Site, kind: str, number: int) -> Work:
    """The work from sending to the end of the answer, in a new chat."""
    site.answer = tokens(kind, number)
    await page.goto(f"{site.url}/#/")
    await page.reload()
    whole = page.locator('[data-role="assistant"]:not([aria-busy="true"])')
    await page.get_by_test_id("composer").fill("Go on.")
    async with Trace(page) as trace:
        await page.get_by_test_id("send").click()
        await expect(whole).to_have_count(1, timeout=(number / PACE * 3 + 60) * 1_000)
        await page.wait_for_timeout(300)
    return trace.work


async def measure(page: Page, site: Site, kind: str) -> bool:
    short = [await answer(page, site, kind, SHORT) for _ in range(3)]
    long = await answer(page, site, kind, LONG)
    before = median(work.total for work in short) / SHORT
    after = long.total / LONG
    growth, longest = after / before, long.longest_task
    print(f"| {kind} | {before:.3f} | {after:.3f} | {growth:.2f} | {longest:.0f} |", flush=True)
    return kind not in BOUNDED_KINDS or (growth <= MAX_GROWTH and longest <= MAX_TASK_MS)


async def main(kinds: list[str]) -> int:
    site = Site(PACE)
    async with site.serving(), async_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        page = await browser.new_page()
        await answer(page, site, "mixed", SHORT)  # loads and compiles the page's code
        print(f"{PACE} tokens a second; CPU of the main thread, ms")
        print(f"| answer | token of {SHORT} | token of {LONG} | growth | longest task |")
        print("|---|--:|--:|--:|--:|", flush=True)
        passed = [await measure(page, site, kind) for kind in kinds]
        await browser.close()
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:] or list(KINDS))))
