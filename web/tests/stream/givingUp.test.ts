import { describe, expect, test } from "vitest";
import { ApiError } from "../../src/api/error.ts";
import { ConnectionLost, follow } from "../../src/stream/follow.ts";
import { options, pauses, ScriptedSource, wire } from "./scriptedSource.ts";
import { all, bodyOf, turn } from "./wire.ts";

describe("giving up", () => {
  const unavailable = () => new ApiError("unavailable", "Later.", 503, 3);

  test("a refused turn is not requested again", async () => {
    const refusal = new ApiError("rate_limited", "Slow down.", 429, 9);
    const source = new ScriptedSource([() => refusal]);
    await expect(all(follow(source, options()))).rejects.toBe(refusal);
    expect(source.requests).toEqual(["start"]);
  });

  test("a connection that breaks before the turn is accepted counts as unreachable", async () => {
    const source = new ScriptedSource([() => bodyOf([], "break")]);
    await expect(all(follow(source, options()))).rejects.toMatchObject({ code: "unreachable" });
  });

  test("a server that cannot resume differs from one that is busy", async () => {
    const absent = new ApiError("not_found", "There is nothing.", 404);
    const source = new ScriptedSource([() => bodyOf(wire([turn()])), unavailable, () => absent]);
    await expect(all(follow(source, options()))).rejects.toBe(absent);
    expect(source.requests).toEqual(["start", 0, 0]);
  });

  test("pauses grow, honour Retry-After, and end in ConnectionLost", async () => {
    const answers = Array.from({ length: 9 }, () => unavailable);
    const source = new ScriptedSource([() => bodyOf(wire([turn()])), ...answers]);
    await expect(all(follow(source, options()))).rejects.toBeInstanceOf(ConnectionLost);
    expect(pauses).toEqual([250, 3_000, 3_000, 4_000, 8_000, 8_000]);
  });

  test("a reader that leaves is not resumed", async () => {
    const leaving = new AbortController();
    const source = new ScriptedSource([() => bodyOf(wire([turn()]), "break")]);
    const events = follow(source, {
      signal: leaving.signal,
      pause: async (_, __, signal) => signal.throwIfAborted(),
    });
    await events.next();
    leaving.abort();
    await expect(events.next()).rejects.toThrow();
    expect(source.requests).toEqual(["start"]);
  });
});
