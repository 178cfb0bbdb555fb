import { describe, expect, test } from "vitest";
import { endOfSentences, plainText } from "../../src/text/sentences.ts";

describe("the end of the last complete sentence", () => {
  test.each([
    ["is not at a full stop that may continue", "It costs 3", 0],
    ["is not inside a number", "It costs about 3.141 dollars", 0],
    ["waits for text after the stop", "This is a whole sentence.", 0],
    ["is after the stop and its quote", 'He said: "This is whole." And', 25],
    ["is at the end of a line", "A heading of some length\nThe", 25],
    ["is found in Chinese", "这是一个很长很长很长很长很长很长很长的句子。然后", 22],
    ["is not after a sentence that is too short to announce", "Yes. Of", 0],
  ])("%s", (_, text, end) => {
    expect(endOfSentences(text, 0)).toBe(end);
  });

  test("is searched after the announced text", () => {
    const text = "The first whole sentence. The second whole sentence. And";
    expect(endOfSentences(text, 25)).toBe(52);
  });
});

test.each([
  ["# A *heading*\n\nwith **words**", "A heading with words"],
  ["- one\n- [two](https://example.org)", "one two"],
  ["```python\nprint(1)\n```", "print(1)"],
])("%j is announced without its markup", (markdown, words) => {
  expect(plainText(markdown)).toBe(words);
});
