import type { ConversationDetail, Message, Outgoing } from "../api/wire.ts";
import type { Outcome, TurnDone, TurnEvent, TurnStarted } from "../stream/events.ts";
import type { ThreadEvent } from "./events.ts";
import type { Failure, LiveReply, Thread } from "./state.ts";

export function reduceThread(thread: Thread, event: ThreadEvent): Thread {
  switch (event.type) {
    case "draft-edited":
      return { ...thread, draft: event.text };
    case "model-chosen":
      return { ...thread, model: event.model };
    case "sent":
      return sent(thread, event.message, event.at);
    case "turn-event":
      return turnEvent(thread, event.event, event.at);
    case "turn-failed":
      return failed(thread, event.failure);
    case "failure-dismissed":
      return { ...thread, failure: null };
    case "opening":
      return { ...thread, state: thread.state === "ready" ? "ready" : "loading", failure: null };
    case "missing":
      return { ...thread, state: "missing" };
    case "loaded":
      return loaded(thread, event.detail, event.at);
    case "load-failed":
      return { ...thread, failure: event.failure };
    case "earlier-loaded":
      return {
        ...thread,
        messages: [...event.detail.messages, ...thread.messages],
        earlier: event.detail.cursor ?? "",
      };
  }
}

function sent(thread: Thread, message: Outgoing, at: number): Thread {
  return {
    ...thread,
    draft: withoutUnsent(thread.draft, message.content),
    unsent: message,
    live: { replyId: null, text: "", status: null, startedAt: at },
    failure: null,
  };
}

function turnEvent(thread: Thread, event: TurnEvent, at: number): Thread {
  const live = thread.live;
  if (!live) return thread;
  switch (event.type) {
    case "turn":
      return accepted(thread, live, event, at);
    case "status":
      return { ...thread, live: { ...live, status: event } };
    case "chunk":
      return { ...thread, live: { ...live, text: live.text + event.content } };
    case "ping":
      return thread;
    case "done":
      return done(thread, live, event);
  }
}

function accepted(thread: Thread, live: LiveReply, event: TurnStarted, at: number): Thread {
  const { unsent } = thread;
  const last = thread.messages.at(-1);
  const message: Message[] = unsent
    ? [
        {
          id: event.message_id,
          role: "user",
          content: unsent.content,
          parent_id: last?.id ?? null,
          status: "complete",
          outcome: null,
          usage: null,
          created_at: new Date(at).toISOString(),
        },
      ]
    : [];
  return {
    ...thread,
    state: "ready",
    title: event.title,
    messages: [...thread.messages, ...message],
    unsent: null,
    live: { ...live, replyId: event.reply_id },
  };
}

function done(thread: Thread, live: LiveReply, event: TurnDone): Thread {
  const provenance = {
    usage: event.usage,
    model: event.model,
    first_token_ms: event.first_token_ms,
    error: event.error ?? null,
  };
  return { ...withReply(thread, live, event.outcome, provenance), live: null };
}

/** The reply as a row, the way the server would list it. Without an outcome it may still go on. */
function withReply(
  thread: Thread,
  live: LiveReply,
  outcome: Outcome | null,
  provenance: Partial<Message> = {},
): Thread {
  if (live.replyId === null) return thread;
  const reply: Message = {
    id: live.replyId,
    role: "assistant",
    content: live.text,
    parent_id: thread.messages.at(-1)?.id ?? null,
    status: outcome ?? "streaming",
    outcome,
    usage: null,
    created_at: new Date(live.startedAt).toISOString(),
    ...provenance,
  };
  const others = thread.messages.filter(({ id }) => id !== reply.id);
  return { ...thread, messages: [...others, reply] };
}

/**
 * A message the server never accepted goes back to where it was written, ahead of newer text.
 * What came of a reply that was lost stays to be read.
 */
function failed(thread: Thread, failure: Failure): Thread {
  const { unsent, live } = thread;
  const draft = unsent ? [unsent.content, thread.draft].filter(Boolean).join("\n\n") : thread.draft;
  const kept = live ? withReply(thread, live, null) : thread;
  return { ...kept, draft, unsent: null, live: null, failure };
}

function withoutUnsent(draft: string, content: string): string {
  return draft.trimStart().startsWith(content)
    ? draft.trimStart().slice(content.length).trimStart()
    : draft;
}

/** The newest page of what the server has; older messages shown already stay. */
function loaded(thread: Thread, detail: ConversationDetail, at: number): Thread {
  const rows = detail.messages;
  const known = thread.messages.findIndex(({ id }) => id === rows[0]?.id);
  const older = known < 0 ? [] : thread.messages.slice(0, known);
  const streaming = rows.findLast(({ status }) => status === "streaming");
  return {
    ...thread,
    state: "ready",
    title: detail.conversation.title,
    model: thread.model ?? detail.conversation.model,
    messages: [...older, ...rows.filter((row) => row !== streaming)],
    unsent: rows.some(({ id }) => id === thread.unsent?.id) ? null : thread.unsent,
    earlier: older.length > 0 ? thread.earlier : (detail.cursor ?? ""),
    live: streaming ? joined(thread.live, streaming, at) : null,
  };
}

function joined(live: LiveReply | null, row: Message, at: number): LiveReply {
  return {
    replyId: row.id,
    text: row.content,
    status: live?.status ?? null,
    // The server's clock may be ahead of this one.
    startedAt: live?.startedAt ?? Math.min(at, Date.parse(row.created_at) || at),
  };
}
