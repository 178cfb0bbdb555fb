import type { ConversationDetail, Message, Outgoing } from "../../../src/api/wire.ts";
import { branchOf } from "../../../src/store/branch.ts";
import type { ThreadEvent } from "../../../src/store/events.ts";
import { reduceThread } from "../../../src/store/reduce/thread.ts";
import type { Failure, Thread } from "../../../src/store/state.ts";
import type { Outcome, TurnEvent, TurnStarted } from "../../../src/stream/events.ts";

export const MESSAGE = { id: "m1", content: "Why?" };
export const FAILURE: Failure = {
  message: "Not now.",
  retryAt: null,
  remedy: { kind: "send", message: MESSAGE },
};

export function given(thread: Thread, ...events: (ThreadEvent | TurnEvent)[]): Thread {
  const turnTypes = ["turn", "status", "chunk", "ping", "done"];
  return events.reduce(
    (before, event) =>
      reduceThread(
        before,
        turnTypes.includes(event.type)
          ? { type: "turn-event", event: event as TurnEvent, at: 2_000 }
          : (event as ThreadEvent),
      ),
    thread,
  );
}

export const sending = (message: Outgoing): ThreadEvent => ({
  type: "reply-requested",
  request: { kind: "send", message },
  at: 1_000,
});
export const sent = sending(MESSAGE);
export const accepted: TurnStarted = {
  type: "turn",
  conversation_id: "c1",
  message_id: "m1",
  reply_id: "r1",
  title: "Why?",
};
export const chunk = (content: string): TurnEvent => ({ type: "chunk", content, position: null });
export const done = (outcome: Outcome): TurnEvent => ({
  type: "done",
  outcome,
  finish_reason: "stop",
  usage: { prompt: 1, completion: 2, total: 3, estimated: false },
  first_token_ms: 40,
  attempts: 1,
  gateway: "g",
  model: "m",
});
export const row = (id: string, fields: Partial<Message> = {}): Message => ({
  id,
  role: "assistant",
  content: `text of ${id}`,
  parent_id: null,
  status: "complete",
  outcome: "complete",
  usage: null,
  created_at: "1970-01-01T00:00:01Z",
  ...fields,
});
export const pageOf = (
  messages: Message[],
  cursor: string | null = null,
  head: string | null = null,
): ConversationDetail => ({
  conversation: { id: "c1", title: "Loaded", model: "m", created_at: "", updated_at: "", head },
  messages,
  cursor,
});
export const loaded = (...page: Parameters<typeof pageOf>): ThreadEvent => ({
  type: "loaded",
  at: 5_000,
  detail: pageOf(...page),
});
export const ids = (thread: Thread) => thread.messages.map(({ id }) => id);
export const shown = (thread: Thread) => branchOf(thread).map(({ id }) => id);
