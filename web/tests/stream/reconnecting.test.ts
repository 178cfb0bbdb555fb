import { describe, expect, test, vi } from "vitest";
import { ApiError } from "../../src/api/error.ts";
import { follow, type ReplySource } from "../../src/stream/follow.ts";
import { FakeNetwork } from "./fakeNetwork.ts";
import { rest, ScriptedSource, wire } from "./scriptedSource.ts";
import { bodyOf, chunk, turn } from "./wire.ts";

describe("a network outage", () => {
  const broken = () => bodyOf(wire([turn(), chunk("One", 3)]), "break");
  const silent = () => bodyOf(wire([turn(), chunk("One", 3)]), "hang");

  async function reading(source: ReplySource, network: FakeNetwork, extra = {}) {
    const { signal } = new AbortController();
    const events = follow(source, { signal, network, ...extra });
    await events.next();
    await events.next();
    return events;
  }

  test("offline, nothing is tried and nothing counts as a failure", async () => {
    const network = new FakeNetwork(false);
    const source = new ScriptedSource([broken, rest]);
    const events = await reading(source, network);
    const more = events.next();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(source.requests).toEqual(["start"]);
    network.wake("online");
    await more;
    expect(source.requests).toEqual(["start", 3]);
    await events.return(undefined);
  });

  test("a connection from before it is dropped at once", async () => {
    const network = new FakeNetwork();
    const source = new ScriptedSource([silent, rest]);
    const events = await reading(source, network, { pause: async () => undefined });
    const more = events.next();
    network.wake("online");
    await more;
    expect(source.requests).toEqual(["start", 3]);
    await events.return(undefined);
    expect(network.listeners).toBe(0);
  });

  test("a returning person gets a new connection if the old one was silent", async () => {
    vi.useFakeTimers();
    try {
      const network = new FakeNetwork();
      const source = new ScriptedSource([silent, rest]);
      const events = await reading(source, network, { pause: async () => undefined });
      const more = events.next();
      network.wake("visible");
      await vi.advanceTimersByTimeAsync(5_000);
      expect(source.requests).toEqual(["start"]);
      // The clock moves without timers, as when a phone sleeps.
      vi.setSystemTime(Date.now() + 20_000);
      network.wake("visible");
      await more;
      expect(source.requests).toEqual(["start", 3]);
      await events.return(undefined);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a pause ends at the next wake", async () => {
    const network = new FakeNetwork();
    const source = new ScriptedSource([
      broken,
      () => new ApiError("busy", "Later.", 503, 600),
      rest,
    ]);
    const events = await reading(source, network);
    const more = events.next();
    await vi.waitFor(() => expect(source.requests).toEqual(["start", 3]));
    await vi.waitFor(() => expect(network.listeners).toBe(1));
    network.wake("visible");
    await more;
    expect(source.requests).toEqual(["start", 3, 3]);
    await events.return(undefined);
  });
});
