import { describe, expect, test } from "vitest";
import { SseDecoder, type SseFrame } from "../../src/stream/sse.ts";
import { bytes } from "./wire.ts";

type Event = { name: string; data: string; lastEventId: string };

function events(...pieces: (string | Uint8Array)[]): Event[] {
  const decoder = new SseDecoder();
  return pieces
    .flatMap((piece) => decoder.push(typeof piece === "string" ? bytes(piece) : piece))
    .filter((frame): frame is SseFrame & { kind: "event" } => frame.kind === "event")
    .map(({ name, data, lastEventId }) => ({ name, data, lastEventId }));
}

const data = (...pieces: (string | Uint8Array)[]) => events(...pieces).map((event) => event.data);

// The format tests of web-platform-tests/eventsource, by their names there.
describe("web-platform-tests", () => {
  test("format-bom: one BOM at the start is dropped", () => {
    expect(data("\ufeffdata:1\n\n\ufeffdata:2\n\ndata:3\n\n")).toEqual(["1", "3"]);
  });
  test("format-bom-2: a second BOM belongs to the field name", () => {
    expect(data("\ufeff\ufeffdata:1\n\ndata:2\n\ndata:3\n\n")).toEqual(["2", "3"]);
  });
  test("format-comments", () => {
    const long = "x".repeat(2048);
    const body = `data:1\r:\0\n:\r\ndata:2\n:${long}\rdata:3\n:data:fail\r:${long}\ndata:4\n\n`;
    expect(data(body)).toEqual(["1\n2\n3\n4"]);
  });
  test("format-data-before-final-empty-line: an event without its blank line is dropped", () => {
    expect(data("retry:1000\ndata:test1\n\nid:test\ndata:test2")).toEqual(["test1"]);
  });
  test("format-field-data", () => {
    expect(data("data:\n\ndata\ndata\n\ndata:test\n\n")).toEqual(["", "\n", "test"]);
  });
  test("format-field-event", () => {
    expect(events("event:test\ndata:x\n\ndata:x\n\n").map(({ name }) => name)).toEqual([
      "test",
      "message",
    ]);
  });
  test("format-field-event-empty", () => {
    expect(events("event: \ndata:data\n\n")[0]?.name).toBe("message");
  });
  test("format-field-id: it stays until the next one", () => {
    const ids = events("id:1\ndata:a\n\ndata:b\n\nid\ndata:c\n\n").map((e) => e.lastEventId);
    expect(ids).toEqual(["1", "1", ""]);
  });
  test("format-field-id-null: an id with NUL is ignored", () => {
    expect(events("id:1\nid:2\0\ndata:a\n\n")[0]?.lastEventId).toBe("1");
  });
  test("format-field-parsing", () => {
    const body =
      "data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n";
    expect(data(body)).toEqual(["\0\n 2\n1\n3\n\n4"]);
  });
  test("format-field-retry-bogus and format-field-unknown: other fields are ignored", () => {
    expect(
      data(
        "retry:3000\nretry:1000x\ndata:x\n\ndata:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
      ),
    ).toEqual(["x", "test\n\ntest"]);
  });
  test("format-leading-space", () => {
    expect(data("data:\ttest\rdata: \ndata:test\n\n")).toEqual(["\ttest\n\ntest"]);
  });
  test("format-newlines", () => {
    expect(data("data:test\r\ndata\ndata:test\r\n\r")).toEqual(["test\n\ntest"]);
  });
  test("format-null-character", () => {
    expect(data("data:\0\n\n\n\n")).toEqual(["\0"]);
  });
  test("format-utf-8", () => {
    expect(data("data:ok…\n\n")).toEqual(["ok…"]);
  });
});

test("only CR, LF and CRLF end a line", () => {
  const odd = "a\u2028b\u2029c\u0085d\u000be\u000cf";
  expect(data(`data:${odd}\n\n`)).toEqual([odd]);
});

test("CR and LF in different pieces are one line end", () => {
  expect(data("data:a\r", "\n", "\r", "\ndata:b\n\n")).toEqual(["a", "b"]);
});

test("an empty piece between CR and LF changes nothing", () => {
  expect(data("data:a\r", new Uint8Array(), "\ndata:b\n\n")).toEqual(["a\nb"]);
});

test("comments keep their place", () => {
  const frames = new SseDecoder().push(bytes(": ping\n\ndata:x\n\n:\n"));
  expect(frames.map((frame) => (frame.kind === "comment" ? frame.text : frame.data))).toEqual([
    " ping",
    "x",
    "",
  ]);
});
