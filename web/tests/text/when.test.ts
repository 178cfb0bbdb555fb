// @vitest-environment jsdom
import { expect, test } from "vitest";
import { restoreLanguage } from "../../src/text/languages.ts";
import { when } from "../../src/text/when.ts";
import { memory } from "../store/memory.ts";

test.each([
  [1, "in 1 second"],
  [99, "in 99 seconds"],
  [101, "in 2 minutes"],
])("%i s is %s", (seconds, words) => {
  expect(when(seconds)).toBe(words);
});

test("a time that is hours away includes the time of day", () => {
  const noon = new Date(2026, 0, 1, 12).getTime();
  expect(when(5 * 3600, noon)).toMatch(/^in 5 hours \(5:00\sPM\)$/);
});

test("the words are in the page's language", async () => {
  await restoreLanguage(memory(), ["de-AT"]);
  expect(when(17)).toBe("in 17 Sekunden");
  await restoreLanguage(memory(), ["en"]);
});
