/** A server-sent event, or a comment, in the order they came. */
export type SseFrame =
  | { kind: "event"; name: string; data: string; lastEventId: string }
  | { kind: "comment"; text: string };

/**
 * Bytes to server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Chunks may end anywhere, inside a character or between CR and LF. An event whose blank line
 * is missing is not dispatched, as the standard says; the `retry` field is ignored.
 */
export class SseDecoder {
  readonly #text = new TextDecoder();
  #partialLine = "";
  #afterCr = false;
  #name = "";
  #data: string[] = [];
  #lastEventId = "";

  push(bytes: Uint8Array): SseFrame[] {
    const text = this.#text.decode(bytes, { stream: true });
    if (text === "") return [];
    const startsWithinCrLf = this.#afterCr && text.startsWith("\n");
    this.#afterCr = text.endsWith("\r");
    const lines = text.slice(startsWithinCrLf ? 1 : 0).split(/\r\n|\r|\n/);
    lines[0] = this.#partialLine + lines[0];
    this.#partialLine = lines.pop() ?? "";
    return lines.map((line) => this.#take(line)).filter((frame) => frame !== null);
  }

  #take(line: string): SseFrame | null {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return { kind: "comment", text: line.slice(1) };
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#name = value;
    else if (field === "id" && !value.includes("\0")) this.#lastEventId = value;
    return null;
  }

  #dispatch(): SseFrame | null {
    const name = this.#name || "message";
    const data = this.#data;
    this.#name = "";
    this.#data = [];
    if (data.length === 0) return null;
    return { kind: "event", name, data: data.join("\n"), lastEventId: this.#lastEventId };
  }
}
