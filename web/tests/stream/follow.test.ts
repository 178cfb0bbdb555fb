import { describe, expect, test, vi } from "vitest";
import { ApiError } from "../../src/api/error.ts";
import { ConnectionLost, follow, type Line } from "../../src/stream/follow.ts";
import { FakeNetwork } from "./fakeNetwork.ts";
import { all, bodyOf, bytes, chunk, chunks, done, turn } from "./wire.ts";

const TEXT = "One two three, 🌌 four five six. Über-long words: ünïcödé 終わり, and the end.";

/** Answers each connection with the next of these. Records where a resume was asked from. */
class ScriptedLine implements Line {
  readonly asked: (number | "start")[] = [];

  constructor(private readonly answers: ((after: number) => Response | Error)[]) {}

  async start(): Promise<Response> {
    return this.#answer("start");
  }

  async resume(_replyId: string, after: number): Promise<Response> {
    return this.#answer(after);
  }

  #answer(asked: number | "start"): Response {
    this.asked.push(asked);
    const answer = this.answers.shift()?.(asked === "start" ? 0 : asked);
    if (answer instanceof Response) return answer;
    throw answer ?? new Error("There was one connection too many.");
  }
}

const pauses: number[] = [];
const options = () => {
  pauses.length = 0;
  return {
    signal: new AbortController().signal,
    pause: async (milliseconds: number) => {
      pauses.push(milliseconds);
    },
  };
};

const wire = (text: string[]) => text.map(bytes);

async function textOf(line: Line): Promise<string> {
  const events = await all(follow(line, options()));
  expect(events.filter(({ type }) => type === "done")).toHaveLength(1);
  expect(events.at(-1)?.type).toBe("done");
  return events.map((event) => (event.type === "chunk" ? event.content : "")).join("");
}

/** What a server sends to someone who has the first `after` characters. */
function rest(after: number): Response {
  const tail = [...TEXT].slice(after).join("");
  let position = after;
  const frames = [...tail].map((character) => chunk(character, ++position));
  return bodyOf(wire([turn(), ...frames, done()]));
}

describe("resuming", () => {
  const whole = bytes([turn(), ...chunks(TEXT, 4), done()].join(""));

  test.each(["end", "break"] as const)(
    "cut at every byte (%s), the text has no gap and no repeat",
    async (ending) => {
      for (let place = bytes(turn()).length; place < whole.length; place += 1) {
        const line = new ScriptedLine([() => bodyOf([whole.subarray(0, place)], ending), rest]);
        expect(await textOf(line), `cut at byte ${place}`).toBe(TEXT);
        expect(line.asked).toHaveLength(2);
      }
    },
  );

  test("many cuts in a row are no reason to give up while the text grows", async () => {
    const step = (after: number) => {
      const next = [...TEXT].slice(after, after + 2).join("");
      return bodyOf(wire([turn(), chunk(next, after + [...next].length)]), "break");
    };
    const steps = Array.from({ length: 30 }, () => step);
    expect(await textOf(new ScriptedLine([...steps, rest]))).toBe(TEXT);
  });

  test("text that was delivered before is not delivered again", async () => {
    const first = () => bodyOf(wire([turn(), chunk("One tw", 6)]));
    const overlapping = () => bodyOf(wire([turn(), chunk("One ", 4), chunk("two 🌌", 9), done()]));
    expect(await textOf(new ScriptedLine([first, overlapping]))).toBe("One two 🌌");
  });

  test("text that leaves a gap is not taken", async () => {
    const first = () => bodyOf(wire([turn(), chunk("One", 3)]));
    const later = () => bodyOf(wire([turn(), chunk("three", 12), done()]));
    const right = () => bodyOf(wire([chunk(" two", 7), chunk(" three", 13), done()]));
    const line = new ScriptedLine([first, later, right]);
    expect(await textOf(line)).toBe("One two three");
    expect(line.asked).toEqual(["start", 3, 3]);
  });

  test("a reply under way is joined where it was left", async () => {
    const line = new ScriptedLine([rest]);
    const events = await all(follow(line, { ...options(), replyId: "reply", position: 8 }));
    const text = events.map((event) => (event.type === "chunk" ? event.content : "")).join("");
    expect(text).toBe([...TEXT].slice(8).join(""));
    expect(line.asked).toEqual([8]);
  });
});

test("a reply that goes on is asked for once, then resumed after what was there", async () => {
  const first = () => bodyOf(wire([turn(), chunk("two", 7)]), "break");
  const line = new ScriptedLine([first, () => bodyOf(wire([turn(), chunk(" three", 13), done()]))]);
  const events = await all(follow(line, { ...options(), position: 4 }));
  const text = events.map((event) => (event.type === "chunk" ? event.content : "")).join("");
  expect(text).toBe("two three");
  expect(line.asked).toEqual(["start", 7]);
});

describe("giving up", () => {
  const unavailable = () => new ApiError("unavailable", "Later.", 503, 3);

  test("a turn the server refused is not asked for again", async () => {
    const refusal = new ApiError("rate_limited", "Slow down.", 429, 9);
    const line = new ScriptedLine([() => refusal]);
    await expect(all(follow(line, options()))).rejects.toBe(refusal);
    expect(line.asked).toEqual(["start"]);
  });

  test("a connection that broke before the turn was accepted says so", async () => {
    const line = new ScriptedLine([() => bodyOf([], "break")]);
    await expect(all(follow(line, options()))).rejects.toMatchObject({ code: "unreachable" });
  });

  test("a server that cannot resume is told apart from one that is busy", async () => {
    const absent = new ApiError("not_found", "There is nothing.", 404);
    const line = new ScriptedLine([() => bodyOf(wire([turn()])), unavailable, () => absent]);
    await expect(all(follow(line, options()))).rejects.toBe(absent);
    expect(line.asked).toEqual(["start", 0, 0]);
  });

  test("pauses grow, honour Retry-After, and end in ConnectionLost", async () => {
    const answers = Array.from({ length: 9 }, () => unavailable);
    const line = new ScriptedLine([() => bodyOf(wire([turn()])), ...answers]);
    await expect(all(follow(line, options()))).rejects.toBeInstanceOf(ConnectionLost);
    expect(pauses).toEqual([250, 3_000, 3_000, 4_000, 8_000, 8_000]);
  });

  test("a reader that leaves is not resumed", async () => {
    const leaving = new AbortController();
    const line = new ScriptedLine([() => bodyOf(wire([turn()]), "break")]);
    const events = follow(line, {
      signal: leaving.signal,
      pause: async (_, __, signal) => signal.throwIfAborted(),
    });
    await events.next();
    leaving.abort();
    await expect(events.next()).rejects.toThrow();
    expect(line.asked).toEqual(["start"]);
  });
});

describe("a network that goes and comes back", () => {
  const broken = () => bodyOf(wire([turn(), chunk("One", 3)]), "break");
  const silent = () => bodyOf(wire([turn(), chunk("One", 3)]), "hang");

  async function reading(line: Line, network: FakeNetwork, extra = {}) {
    const { signal } = new AbortController();
    const events = follow(line, { signal, network, ...extra });
    await events.next();
    await events.next();
    return events;
  }

  test("while it is away nothing is tried, and none of it counts as a failure", async () => {
    const network = new FakeNetwork(false);
    const line = new ScriptedLine([broken, rest]);
    const events = await reading(line, network);
    const more = events.next();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(line.asked).toEqual(["start"]);
    network.wake("online");
    await more;
    expect(line.asked).toEqual(["start", 3]);
    await events.return(undefined);
  });

  test("a connection from before is dropped at once", async () => {
    const network = new FakeNetwork();
    const line = new ScriptedLine([silent, rest]);
    const events = await reading(line, network, { pause: async () => undefined });
    const more = events.next();
    network.wake("online");
    await more;
    expect(line.asked).toEqual(["start", 3]);
    await events.return(undefined);
    expect(network.listeners).toBe(0);
  });

  test("a person who comes back gets a new connection if the old one was too quiet", async () => {
    vi.useFakeTimers();
    try {
      const network = new FakeNetwork();
      const line = new ScriptedLine([silent, rest]);
      const events = await reading(line, network, { pause: async () => undefined });
      const more = events.next();
      network.wake("visible");
      await vi.advanceTimersByTimeAsync(5_000);
      expect(line.asked).toEqual(["start"]);
      // As long as no timer runs: the phone was asleep.
      vi.setSystemTime(Date.now() + 20_000);
      network.wake("visible");
      await more;
      expect(line.asked).toEqual(["start", 3]);
      await events.return(undefined);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a pause ends when a new try is worth it", async () => {
    const network = new FakeNetwork();
    const line = new ScriptedLine([broken, () => new ApiError("busy", "Later.", 503, 600), rest]);
    const events = await reading(line, network);
    const more = events.next();
    await vi.waitFor(() => expect(line.asked).toEqual(["start", 3]));
    await vi.waitFor(() => expect(network.listeners).toBe(1));
    network.wake("visible");
    await more;
    expect(line.asked).toEqual(["start", 3, 3]);
    await events.return(undefined);
  });
});
