import { describe, expect, test } from "vitest";
import { endOfSentences, spoken } from "../../src/text/sentences.ts";

describe("the end of the whole sentences", () => {
  test.each([
    ["is not at a full stop that may go on", "It costs 3", 0],
    ["is not inside a number", "It costs about 3.141 dollars", 0],
    ["waits until something is behind the stop", "This is a whole sentence.", 0],
    ["is behind the stop and its quote", 'He said: "This is whole." And', 25],
    ["is at the end of a line", "A heading of some length\nThe", 25],
    ["is known in Chinese", "这是一个很长很长很长很长很长很长很长的句子。然后", 22],
    ["is not yet, for what is too short to be read alone", "Yes. Of", 0],
  ])("%s", (_, text, end) => {
    expect(endOfSentences(text, 0)).toBe(end);
  });

  test("is looked for behind what was read", () => {
    const text = "The first whole sentence. The second whole sentence. And";
    expect(endOfSentences(text, 25)).toBe(52);
  });
});

test.each([
  ["# A *heading*\n\nwith **words**", "A heading with words"],
  ["- one\n- [two](https://example.org)", "one two"],
  ["```python\nprint(1)\n```", "print(1)"],
])("%j is read without its marks", (markdown, words) => {
  expect(spoken(markdown)).toBe(words);
});
