import { bytesOf, type Patience } from "./bytes.ts";
import { type TurnEvent, turnEvent } from "./events.ts";
import { STEADY } from "./network.ts";
import { SseDecoder } from "./sse.ts";

/** The server sends at least a comment every 10 s. */
export const PATIENCE: Patience = { silenceMs: 30_000, quietMs: 12_000, network: STEADY };

/** The events of a turn, as they come. Ends when the connection does, with `done` or without. */
export async function* readTurn(
  response: Response,
  patience: Patience = PATIENCE,
): AsyncGenerator<TurnEvent> {
  if (!response.body) return;
  const decoder = new SseDecoder();
  for await (const bytes of bytesOf(response.body, patience)) {
    for (const frame of decoder.push(bytes)) {
      const event = turnEvent(frame);
      if (event) yield event;
    }
  }
}
