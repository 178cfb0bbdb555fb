import { expect, test, vi } from "vitest";
import { readTurn } from "../../src/stream/read.ts";
import { all, bodyOf, bytes, chunk, done, turn } from "./wire.ts";

test("every event of the stream has its type", async () => {
  const wire = [
    turn(),
    'event: status\ndata: {"phase":"warming","model":"m","attempt":1,"elapsed_ms":5,"eta_ms":900}\n\n',
    ": ping\n\n",
    chunk("Hi", 2),
    done("length"),
  ];
  expect(await all(readTurn(bodyOf(wire.map(bytes))))).toMatchObject([
    { type: "turn", reply_id: "reply", title: "A title" },
    { type: "status", phase: "warming", eta_ms: 900 },
    { type: "ping" },
    { type: "chunk", content: "Hi", position: 2 },
    { type: "done", outcome: "length", usage: { completion: 4 } },
  ]);
});

test("chunks without text and unknown events are skipped", async () => {
  const wire = [
    'data: {"choices":[]}\n\n',
    'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}\n\n',
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
    "event: news\ndata: not JSON\n\n",
  ];
  expect(await all(readTurn(bodyOf(wire.map(bytes))))).toEqual([]);
});

test("an event that was cut off is dropped", async () => {
  const wire = [turn(), chunk("whole", 5), chunk("cut off", 12).slice(0, -1)];
  expect((await all(readTurn(bodyOf(wire.map(bytes))))).map(({ type }) => type)).toEqual([
    "turn",
    "chunk",
  ]);
});

test("a connection that is silent for too long is given up", async () => {
  vi.useFakeTimers();
  try {
    const events = readTurn(bodyOf([bytes(turn())], "hang"));
    expect((await events.next()).value).toMatchObject({ type: "turn" });
    const next = expect(events.next()).rejects.toThrow("for 30 s");
    await vi.advanceTimersByTimeAsync(30_000);
    await next;
  } finally {
    vi.useRealTimers();
  }
});

test("leaving the loop closes the connection", async () => {
  const cancel = vi.fn();
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes(turn())),
    cancel,
  });
  for await (const event of readTurn(new Response(body))) {
    expect(event.type).toBe("turn");
    break;
  }
  expect(cancel).toHaveBeenCalledOnce();
});
