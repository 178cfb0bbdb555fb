import { ApiError } from "../api/error.ts";
import type { TurnEvent } from "./events.ts";
import { type Network, rest, STEADY, untilOnline } from "./network.ts";
import { Position } from "./position.ts";
import { PATIENCE, readTurn } from "./read.ts";

/** How to reach a reply: start it once, then resume it after a number of characters. */
export interface ReplySource {
  start(signal: AbortSignal): Promise<Response>;
  resume(replyId: string, after: number, signal: AbortSignal): Promise<Response>;
}

export interface FollowOptions {
  signal: AbortSignal;
  /** Joins a reply that has started already; `start` is not called. */
  replyId?: string;
  /** Characters of the reply that the page already has. */
  position?: number;
  silenceMs?: number;
  network?: Network;
  pause?: typeof rest;
}

/** The reply could not be followed to its end. The server still has it, under its id. */
export class ConnectionLost extends Error {
  constructor() {
    super("The connection was lost and could not be restored.");
    this.name = "ConnectionLost";
  }
}

const PAUSES_MS = [250, 1_000, 2_000, 4_000, 8_000, 8_000];

/**
 * The events of a turn up to and including `done`, over as many connections as it takes.
 * Text comes without gap or repeat. Throws the server's refusal (ApiError) or ConnectionLost.
 */
export async function* follow(
  source: ReplySource,
  options: FollowOptions,
): AsyncGenerator<TurnEvent> {
  const { signal, silenceMs = PATIENCE.silenceMs, network = STEADY, pause = rest } = options;
  const patience = { ...PATIENCE, silenceMs, network };
  const position = new Position(options.position);
  let { replyId } = options;
  let failures = 0;
  for (;;) {
    let wait = 0;
    try {
      const response = await (replyId
        ? source.resume(replyId, position.value, signal)
        : source.start(signal));
      for await (const event of readTurn(response, patience)) {
        if (event.type === "turn") replyId = event.reply_id;
        if (event.type === "chunk") {
          const content = position.advance(event);
          if (content === "") continue;
          failures = 0;
          yield { ...event, content };
        } else {
          yield event;
        }
        if (event.type === "done") return;
      }
    } catch (error) {
      if (signal.aborted || !worthResuming(error)) throw error;
      if (!replyId) throw ApiError.from(error);
      if (error instanceof ApiError) wait = (error.retryAfter ?? 0) * 1_000;
    }
    if (!replyId) throw ApiError.unreachable();
    // Offline is not a failed attempt.
    if (!network.online) {
      await untilOnline(network, signal);
      continue;
    }
    const backoff = PAUSES_MS[failures];
    if (backoff === undefined) throw new ConnectionLost();
    failures += 1;
    await pause(Math.max(wait, backoff), network, signal);
  }
}

function worthResuming(error: unknown): boolean {
  return !(error instanceof ApiError) || error.temporary;
}
