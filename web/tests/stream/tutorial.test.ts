import { expect, test } from "vitest";
import { readTurn } from "../../src/stream/read.ts";
import { all, bodyOf, bytes, chunks, done, turn } from "./wire.ts";

const TEXT = "Streaming works: one\ntoken, then\tthe next. 🌊";
const STATUS = 'event: status\ndata: {"phase":"waiting","model":"m","attempt":1}\n\n';

/** The reader loop of Livepeer's tutorial, as people copy it. */
async function tutorialText(response: Response): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let buffer = "";
  let text = "";
  for (;;) {
    const { done: over, value } = await reader.read();
    if (over) return text;
    buffer += decoder.decode(value, { stream: true });
    const lines = buffer.split("\n");
    buffer = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: ")) continue;
      text += JSON.parse(line.slice(6)).choices?.[0]?.delta?.content ?? "";
    }
  }
}

test("the tutorial's reader and ours read the same text from a turn", async () => {
  const pieces = [turn(), STATUS, ": ping\n\n", ...chunks(TEXT), done()].map(bytes);
  const events = await all(readTurn(bodyOf(pieces)));
  const ours = events.map((event) => (event.type === "chunk" ? event.content : "")).join("");
  expect(await tutorialText(bodyOf(pieces))).toBe(TEXT);
  expect(ours).toBe(TEXT);
});
