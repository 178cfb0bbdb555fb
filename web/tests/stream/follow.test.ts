import { describe, expect, test } from "vitest";
import { follow } from "../../src/stream/follow.ts";
import { options, rest, ScriptedSource, TEXT, textOf, wire } from "./scriptedSource.ts";
import { all, bodyOf, bytes, chunk, chunks, done, turn } from "./wire.ts";

describe("resuming", () => {
  const whole = bytes([turn(), ...chunks(TEXT, 4), done()].join(""));

  test.each(["end", "break"] as const)(
    "cut at every byte (%s), the text has no gap and no repeat",
    async (ending) => {
      for (let place = bytes(turn()).length; place < whole.length; place += 1) {
        const source = new ScriptedSource([() => bodyOf([whole.subarray(0, place)], ending), rest]);
        expect(await textOf(source), `cut at byte ${place}`).toBe(TEXT);
        expect(source.requests).toHaveLength(2);
      }
    },
  );

  test("many cuts in a row are not a failure while the text grows", async () => {
    const step = (after: number) => {
      const next = [...TEXT].slice(after, after + 2).join("");
      return bodyOf(wire([turn(), chunk(next, after + [...next].length)]), "break");
    };
    const steps = Array.from({ length: 30 }, () => step);
    expect(await textOf(new ScriptedSource([...steps, rest]))).toBe(TEXT);
  });

  test("text that was delivered before is not delivered again", async () => {
    const first = () => bodyOf(wire([turn(), chunk("One tw", 6)]));
    const overlapping = () => bodyOf(wire([turn(), chunk("One ", 4), chunk("two 🌌", 9), done()]));
    expect(await textOf(new ScriptedSource([first, overlapping]))).toBe("One two 🌌");
  });

  test("text after a gap is not delivered", async () => {
    const first = () => bodyOf(wire([turn(), chunk("One", 3)]));
    const later = () => bodyOf(wire([turn(), chunk("three", 12), done()]));
    const right = () => bodyOf(wire([chunk(" two", 7), chunk(" three", 13), done()]));
    const source = new ScriptedSource([first, later, right]);
    expect(await textOf(source)).toBe("One two three");
    expect(source.requests).toEqual(["start", 3, 3]);
  });

  test("a running reply is joined at the given position", async () => {
    const source = new ScriptedSource([rest]);
    const events = await all(follow(source, { ...options(), replyId: "reply", position: 8 }));
    const text = events.map((event) => (event.type === "chunk" ? event.content : "")).join("");
    expect(text).toBe([...TEXT].slice(8).join(""));
    expect(source.requests).toEqual([8]);
  });
});

test("a continued reply is started once, then resumed after the known text", async () => {
  const first = () => bodyOf(wire([turn(), chunk("two", 7)]), "break");
  const source = new ScriptedSource([
    first,
    () => bodyOf(wire([turn(), chunk(" three", 13), done()])),
  ]);
  const events = await all(follow(source, { ...options(), position: 4 }));
  const text = events.map((event) => (event.type === "chunk" ? event.content : "")).join("");
  expect(text).toBe("two three");
  expect(source.requests).toEqual(["start", 7]);
});
