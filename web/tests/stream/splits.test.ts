import { describe, expect, test } from "vitest";
import type { TurnEvent } from "../../src/stream/events.ts";
import { readTurn } from "../../src/stream/read.ts";
import { all, bodyOf, bytes, chunks, done, turn } from "./wire.ts";

const TEXT =
  'Caf\u00e9 \u{1f468}\u200d\u{1f680}\u{1f30c} line\u2028separator\u0085 "quotes" \\ <b>&amp;</b>\r\nnext\ttab … 終わり';

/** A turn of about 2 KB with every kind of line end, comment and field. */
const STREAM = [
  "\ufeff: welcome\r\n\r\n",
  turn(),
  ": ping\n\n",
  ...chunks(TEXT, 3).map(
    (frame, index) =>
      [frame, frame.replaceAll("\n", "\r\n"), frame.replaceAll("\n", "\r")][index % 3],
  ),
  "retry: 5\nunknown: field\n:\n\n",
  done(),
].join("");

async function read(pieces: Uint8Array[]): Promise<TurnEvent[]> {
  return all(readTurn(bodyOf(pieces)));
}

function cut(whole: Uint8Array, ...places: number[]): Uint8Array[] {
  const ends = [...places].sort((a, b) => a - b);
  return [...ends, whole.length].map((end, index) => whole.subarray(ends[index - 1] ?? 0, end));
}

/** Seeded, so that failures can be reproduced. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("a stream split anywhere is the same stream", async () => {
  const whole = bytes(STREAM);
  const expected = await read([whole]);

  test("in one piece, it has the text and one done at its end", () => {
    expect(whole.length).toBeGreaterThan(2_000);
    const text = expected.map((event) => (event.type === "chunk" ? event.content : "")).join("");
    expect(text).toBe(TEXT);
    expect(expected.filter(({ type }) => type === "done")).toHaveLength(1);
    expect(expected.at(-1)?.type).toBe("done");
  });

  test("in two, at every byte", async () => {
    for (let place = 0; place <= whole.length; place += 1) {
      expect(await read(cut(whole, place)), `split at byte ${place}`).toEqual(expected);
    }
  });

  test("in up to 40 pieces, 1,000 times", async () => {
    const random = randomNumbers(7);
    for (let round = 0; round < 1_000; round += 1) {
      const places = Array.from({ length: 1 + random(39) }, () => random(whole.length));
      expect(await read(cut(whole, ...places)), `split at ${places}`).toEqual(expected);
    }
  });

  test("byte by byte", async () => {
    expect(await read(Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });
});
