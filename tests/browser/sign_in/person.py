"""How a person signs in, and what their browser stores."""

import json

from playwright.async_api import Page

ANNA, BEN = "anna@example.org", "ben@example.org"


async def sign_in(page: Page, who: str = "Anna") -> None:
    await page.get_by_test_id("sign-in").click()
    await page.get_by_role("button", name=who).click()


async def stored(page: Page, key: str) -> dict[str, object] | None:
    value = await page.evaluate("(key) => localStorage.getItem(key)", key)
    return json.loads(value) if value else None
