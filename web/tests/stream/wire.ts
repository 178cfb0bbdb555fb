const encoder = new TextEncoder();

export function bytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A body that arrives in these pieces, then ends, breaks or hangs. */
export function bodyOf(pieces: Uint8Array[], ending: "end" | "break" | "hang" = "end"): Response {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece) controller.enqueue(piece);
      else if (ending === "end") controller.close();
      else if (ending === "break") controller.error(new TypeError("network error"));
      else return new Promise<void>(() => undefined);
      return undefined;
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

export function chunk(content: string, position?: number): string {
  const frame = { choices: [{ index: 0, delta: { content }, finish_reason: null }] };
  return `${position === undefined ? "" : `id: ${position}\n`}data: ${JSON.stringify(frame)}\n\n`;
}

export function turn(replyId = "reply", messageId = "message"): string {
  const data = {
    conversation_id: "conversation",
    message_id: messageId,
    reply_id: replyId,
    title: "A title",
  };
  return `event: turn\ndata: ${JSON.stringify(data)}\n\n`;
}

export function done(outcome = "complete"): string {
  const data = {
    outcome,
    finish_reason: "stop",
    usage: { prompt: 3, completion: 4, total: 7, estimated: false },
    first_token_ms: 12,
    attempts: 1,
    gateway: "gateway",
    model: "model",
  };
  return `event: done\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The frames of a text, cut after every `size` characters, with their positions. */
export function chunks(text: string, size = 3): string[] {
  const characters = [...text];
  const starts = Array.from({ length: Math.ceil(characters.length / size) }, (_, i) => i * size);
  return starts.map((start) => {
    const end = Math.min(start + size, characters.length);
    return chunk(characters.slice(start, end).join(""), end);
  });
}

export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
