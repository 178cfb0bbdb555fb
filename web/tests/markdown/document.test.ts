import { Lexer, type Token } from "marked";
import { describe, expect, test } from "vitest";
import { MarkdownDocument } from "../../src/markdown/document.ts";
import { TEXTS } from "./texts.ts";

/** The visible part of a token: without `loose` and the end of `raw` in list items. */
function visible(token: Token): unknown {
  const { raw, loose, ...rest } = token as Token & { loose?: boolean };
  return JSON.parse(
    JSON.stringify({ ...rest, ...(token.type === "list" ? { loose } : {}) }, (key, value) =>
      key === "raw" || key === "text" || (key === "loose" && token.type !== "list")
        ? undefined
        : value === "paragraph"
          ? "text"
          : value,
    ),
  );
}

function whole(text: string): unknown[] {
  const tokens = new Lexer({ gfm: true, breaks: true }).lex(text);
  return tokens.filter(({ type }) => type !== "space" && type !== "def").map(visible);
}

function streamed(text: string, step: number) {
  const document = new MarkdownDocument();
  for (let end = step; end < text.length; end += step) document.update(text.slice(0, end), true);
  document.update(text, true);
  return { document, blocks: document.update(text, false) };
}

describe.each(Object.entries(TEXTS))("%s", (_, text) => {
  test.each([1, 2, 3, 7, 40])(
    "in pieces of %i it becomes the same blocks as in one piece",
    (step) => {
      expect(streamed(text, step).blocks.map(visible)).toEqual(whole(text));
    },
  );

  test("in one piece it becomes the same blocks", () => {
    expect(new MarkdownDocument().update(text, false).map(visible)).toEqual(whole(text));
  });
});

test("a finished block stays the same object", () => {
  const document = new MarkdownDocument();
  const text =
    "# Title\n\nA paragraph.\n\n- a list\n\n```\ncode\n```\n\nThe end, with more to come.";
  const first = new Map<number, unknown>();
  for (let end = 1; end <= text.length; end += 1) {
    const blocks = document.update(text.slice(0, end), true);
    for (const [index, block] of blocks.slice(0, -2).entries()) {
      expect(first.get(index) ?? block).toBe(block);
      first.set(index, block);
    }
  }
  expect(first.size).toBe(3);
});

test("finished rows of a long list and a long table stay the same objects", () => {
  for (const [name, rows] of [
    ["long list", "items"],
    ["long table", "rows"],
  ] as const) {
    const text = TEXTS[name] ?? "";
    const document = new MarkdownDocument();
    const rowAt = (end: number) =>
      (document.update(text.slice(0, end), true)[0] as unknown as Record<string, unknown[]>)[
        rows
      ]?.[4];
    const early = rowAt(Math.floor(text.length / 2));
    expect(early).toBeDefined();
    expect(rowAt(Math.floor(text.length * 0.7))).toBe(early);
    expect(rowAt(text.length - 10)).toBe(early);
  }
});

test("a definition at the end turns earlier words into links once it is complete", () => {
  const text = "See [one].\n\nMore.\n\n[one]: https://one.example/long/address\n\nEnd.\n";
  const { document } = streamed(text, 1);
  const [first] = document.update(text, true);
  expect(JSON.stringify(first)).toContain('"href":"https://one.example/long/address"');
});

test("a text that does not extend the previous one is parsed from the start", () => {
  const document = new MarkdownDocument();
  document.update("# A title\n\n- a\n- b\n\nText", true);
  expect(document.update("Other", true)).toMatchObject([{ type: "paragraph", text: "Other" }]);
});

test("a lone marker at the end is not shown before it is clear what it becomes", () => {
  const document = new MarkdownDocument();
  expect(document.update("The steps:\n-", true)).toMatchObject([{ type: "paragraph" }]);
  expect(document.update("The steps:\n- one", true)).toMatchObject([
    { type: "paragraph" },
    { type: "list" },
  ]);
  expect(new MarkdownDocument().update("Seven:\n\n7", false)).toHaveLength(2);
});

test.each([
  ["quotes", ">".repeat(5_000)],
  ["list marks", "- ".repeat(5_000)],
  ["brackets", "[".repeat(4_900)],
  ["open links", "[a](".repeat(1_200)],
  ["emphasis", "**a ".repeat(1_200)],
  ["nested emphasis", `${"*a ".repeat(800)}${" a*".repeat(800)}`],
  ["backticks", Array.from({ length: 130 }, (_, n) => "`".repeat(n)).join(" ")],
  ["angles", "<a ".repeat(1_600)],
  ["underscores", "_a__".repeat(1_200)],
  ["a line without an end", "word ".repeat(20_000)],
  ["table bars", `${"|".repeat(5_000)}\n${"|-".repeat(5_000)}\n`],
  ["definitions", "[a]: b\n".repeat(3_000)],
  ["comment openings", "<!-- ".repeat(980)],
])("%s without end neither throw nor block the page", (_, text) => {
  const document = new MarkdownDocument();
  const before = performance.now();
  document.update(text.slice(0, -1), true);
  document.update(text, true);
  document.update(text, false);
  expect(performance.now() - before).toBeLessThan(5_000);
});
