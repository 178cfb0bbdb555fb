import { bytesOf } from "./bytes.ts";
import { type TurnEvent, turnEvent } from "./events.ts";
import { SseDecoder } from "./sse.ts";

/** The server sends at least a comment every 10 s. */
export const SILENCE_MS = 30_000;

/** The events of a turn, as they come. Ends when the connection does, with `done` or without. */
export async function* readTurn(
  response: Response,
  silenceMs: number = SILENCE_MS,
): AsyncGenerator<TurnEvent> {
  if (!response.body) return;
  const decoder = new SseDecoder();
  for await (const bytes of bytesOf(response.body, silenceMs)) {
    for (const frame of decoder.push(bytes)) {
      const event = turnEvent(frame);
      if (event) yield event;
    }
  }
}
