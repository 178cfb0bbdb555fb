"""axe-core finds nothing in any state of a conversation."""

import json

from playwright.async_api import Route, expect

from tests.browser.axe import is_clean
from tests.browser.chat import Chat
from tests.browser.conftest import Site
from tests.browser.slow import slow_reply
from tests.scripted_gateway import MODES, End, Script, ScriptedGateway, in_turn, livepeer

MARKDOWN = """# Tides

The **moon** pulls, says [Wikipedia](https://en.wikipedia.org/wiki/Tide) in `code`:

1. high
2. low

- [x] seen
- [ ] unseen

> A quote.

| Place | Height |
|:--|--:|
| Bay of Fundy | 16 m |

```python
def tide(hour: int) -> float:
    return 1.5 * hour  # metres
```
"""


async def test_empty_page_to_complete_answer(looking: Chat, gateway: ScriptedGateway) -> None:
    chat = looking
    await is_clean(chat.page, "empty")
    await chat.composer.fill("Tell me of the tides.")
    await is_clean(chat.page, "writing")
    slow = slow_reply(MARKDOWN[:200], MARKDOWN[200:])
    gateway.script = slow.script
    await chat.send("Tell me of the tides.")
    await expect(chat.live).to_contain_text("A quote")
    await is_clean(chat.page, "streaming")
    for gate in slow.gates:
        gate.open()
    await chat.idle()
    await expect(chat.replies.locator(".code-segment span").first).to_be_visible()
    await is_clean(chat.page, "complete")
    await chat.replies.first.get_by_test_id("regenerate").click()
    await chat.idle()
    await expect(chat.versions("assistant")).to_have_text("2/2")
    await is_clean(chat.page, "versions")
    await chat.questions.first.get_by_test_id("edit").click()
    await expect(chat.page.get_by_test_id("edit-field")).to_be_focused()
    await is_clean(chat.page, "editing")


async def test_other_outcomes_and_waiting(looking: Chat, gateway: ScriptedGateway) -> None:
    chat, part = looking, ["Once upon", " a time"]
    gateway.script = in_turn(
        livepeer.reply(part, "length"),
        livepeer.stream(*livepeer.deltas(part)),
        MODES["400"].script,
        Script(end=End.HANG),
    )
    for outcome in ("length", "truncated", "error"):
        await chat.ask("Tell a story.")
        await expect(chat.page.locator(f'[data-outcome="{outcome}"]')).to_have_count(1)
        await is_clean(chat.page, outcome)
    await chat.send("And then?")
    await expect(chat.status).to_have_attribute("data-phase", "warming")
    await is_clean(chat.page, "waiting")
    await chat.stop_button.click()
    await expect(chat.page.locator('[data-outcome="stopped"]')).to_have_count(1)
    await is_clean(chat.page, "stopped")

    async def interrupt(route: Route) -> None:
        answer = await route.fetch()
        found = await answer.json()
        found["messages"][-1] |= {"status": "interrupted", "outcome": "interrupted"}
        await route.fulfill(response=answer, body=json.dumps(found))

    await chat.page.route("**/api/conversations/*", interrupt)
    await chat.page.reload()
    await expect(chat.page.locator('[data-outcome="interrupted"]')).to_have_count(1)
    await is_clean(chat.page, "interrupted")


async def test_error_states(looking: Chat, site: Site) -> None:
    chat = looking
    refusal = {"error": {"code": "rate", "message": "Slow.", "limit": "requests_per_minute"}}
    await chat.page.route(
        "**/turns",
        lambda route: route.fulfill(
            status=429,
            body=json.dumps(refusal),
            headers={
                "retry-after": "30",
                "access-control-allow-origin": "*",
                "access-control-expose-headers": "retry-after",
                "content-type": "application/json",
            },
        ),
    )
    await chat.send("Hello")
    await expect(chat.error).to_contain_text("one minute")
    await is_clean(chat.page, "refused")
    await chat.page.context.set_offline(True)
    await expect(chat.page.get_by_test_id("offline")).to_be_visible()
    await is_clean(chat.page, "offline")
    await chat.page.context.set_offline(False)
    await chat.page.goto(f"{site.page_url}/#/c/01JD5ZK3B5Q3M7E8N9P0R1S2T3")
    await expect(chat.page.get_by_text("This conversation is not available here.")).to_be_visible()
    await is_clean(chat.page, "missing")
    await chat.page.route("**/config.json", lambda route: route.fulfill(status=404))
    await chat.page.reload()
    await expect(chat.error).to_contain_text("/config.json")
    await is_clean(chat.page, "not started")
