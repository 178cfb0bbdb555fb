import type { SseFrame } from "./sse.ts";

export type Outcome = "complete" | "length" | "truncated" | "stopped" | "interrupted" | "error";

export type Phase = "connecting" | "waiting" | "warming" | "retrying" | "failover";

export interface Usage {
  prompt: number;
  completion: number;
  total: number;
  estimated: boolean;
}

/** Always first: the turn is saved and can be resumed by `reply_id`. */
export interface TurnStarted {
  type: "turn";
  conversation_id: string;
  message_id: string;
  reply_id: string;
  title: string;
  /** Token limit of this reply, and why it is lower than requested. */
  max_tokens?: number;
  shortened_by?: "window" | "budget" | null;
}

export interface TurnStatus {
  type: "status";
  phase: Phase;
  model: string;
  attempt: number;
  elapsed_ms: number;
  eta_ms: number | null;
  /** A model that could answer at once while this one loads. */
  warm_model?: string | null;
}

/** Tokens per day; a limit of null means none. `resets_at` is an ISO time. */
export interface Budget {
  used: number;
  limit: number | null;
  remaining: number | null;
  resets_at: string;
}

/** `position` counts the characters (code points) of the reply up to the end of this chunk. */
export interface Chunk {
  type: "chunk";
  content: string;
  position: number | null;
}

export interface Ping {
  type: "ping";
}

/** Always last, and exactly once. */
export interface TurnDone {
  type: "done";
  outcome: Outcome;
  finish_reason: string | null;
  usage: Usage | null;
  first_token_ms: number | null;
  attempts: number;
  gateway: string | null;
  model: string;
  error?: { code: string; message: string };
  budget?: Budget | null;
  request_id?: string;
}

export type TurnEvent = TurnStarted | TurnStatus | Chunk | Ping | TurnDone;

interface CompletionChunk {
  choices?: { delta?: { content?: string | null } }[];
}

/** Parses a frame of a turn's stream; null for unknown kinds of events. */
export function turnEvent(frame: SseFrame): TurnEvent | null {
  if (frame.kind === "comment") return { type: "ping" };
  switch (frame.name) {
    case "message":
      return chunk(JSON.parse(frame.data) as CompletionChunk, frame.lastEventId);
    case "turn":
    case "status":
    case "done":
      return { ...JSON.parse(frame.data), type: frame.name } as TurnEvent;
    default:
      return null;
  }
}

function chunk(frame: CompletionChunk, lastEventId: string): Chunk | null {
  const content = frame.choices?.[0]?.delta?.content;
  if (!content) return null;
  return { type: "chunk", content, position: /^\d+$/.test(lastEventId) ? +lastEventId : null };
}
