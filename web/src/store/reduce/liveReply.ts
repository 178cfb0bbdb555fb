import type { Message, Outgoing, ReplyRequest } from "../../api/wire.ts";
import type { Outcome, TurnDone, TurnEvent, TurnStarted } from "../../stream/events.ts";
import { branchOf } from "../branch.ts";
import type { Failure, LiveReply, Thread } from "../state.ts";

export function replyRequested(thread: Thread, request: ReplyRequest, at: number): Thread {
  const live: LiveReply = {
    replyId: null,
    tip: null,
    accepted: false,
    text: "",
    waiting: true,
    queued: false,
    stopping: false,
    status: null,
    startedAt: at,
    announced: 0,
  };
  if (request.kind === "send") {
    const { message } = request;
    const { draft } = thread;
    return {
      ...thread,
      draft: editedBy(message, thread) ? draft : withoutUnsent(draft, message.content),
      editing: null,
      unsent: message,
      live: { ...live, tip: message.parent_id ?? null },
      failure: null,
    };
  }
  const reply = thread.messages.find(({ id }) => id === request.replyId);
  if (!reply) return thread;
  const from =
    request.kind === "continue"
      ? { replyId: reply.id, tip: reply.id, text: reply.content, announced: reply.content.length }
      : { tip: reply.parent_id };
  return { ...thread, editing: null, live: { ...live, ...from }, failure: null };
}

export function turnEvent(thread: Thread, event: TurnEvent, at: number): Thread {
  const { live } = thread;
  if (!live) return thread;
  switch (event.type) {
    case "turn":
      return accepted(thread, live, event, at);
    case "status":
      return { ...thread, live: { ...live, status: event } };
    case "chunk":
      return { ...thread, live: { ...live, text: live.text + event.content, waiting: false } };
    case "ping":
      return thread;
    case "done":
      return done(thread, live, event);
  }
}

function accepted(thread: Thread, live: LiveReply, event: TurnStarted, at: number): Thread {
  const { unsent } = thread;
  const { reply_id: replyId, message_id: questionId } = event;
  const created_at = new Date(at).toISOString();
  const fresh = { outcome: null, usage: null, created_at };
  const question: Message | null = unsent && {
    ...fresh,
    id: questionId,
    role: "user",
    status: "complete",
    content: unsent.content,
    parent_id: unsent.parent_id ?? null,
  };
  const existing = thread.messages.find(({ id }) => id === replyId);
  const reply: Message = {
    ...(existing ?? {
      ...fresh,
      id: replyId,
      role: "assistant",
      content: "",
      parent_id: questionId,
    }),
    status: "streaming",
    outcome: null,
    error: null,
    max_tokens: event.max_tokens ?? null,
    shortened_by: event.shortened_by ?? null,
  };
  const rows = question ? [question, reply] : [reply];
  return {
    ...thread,
    state: "ready",
    title: event.title,
    messages: rows.reduce(withRow, thread.messages),
    head: replyId,
    unsent: null,
    failed: null,
    live: { ...live, replyId, tip: replyId, accepted: true, queued: false },
  };
}

function done(thread: Thread, live: LiveReply, event: TurnDone): Thread {
  return {
    ...withText(thread, live, event.outcome, {
      usage: event.usage ?? null,
      model: event.model,
      gateway: event.gateway ?? null,
      attempts: event.attempts ?? null,
      first_token_ms: event.first_token_ms ?? null,
      error: event.error ?? null,
      request_id: event.request_id ?? null,
    }),
    live: null,
  };
}

/** The reply as the server would list it. Without an outcome it counts as still being written. */
function withText(
  thread: Thread,
  live: LiveReply,
  outcome: Outcome | null,
  provenance: Partial<Message> = {},
): Thread {
  const row = thread.messages.find(({ id }) => id === live.replyId);
  if (!row || !live.accepted) return thread;
  const status = outcome ?? "streaming";
  const reply: Message = { ...row, content: live.text, status, outcome, ...provenance };
  return { ...thread, messages: withRow(thread.messages, reply) };
}

/**
 * Puts a message that was never accepted back into its field, before newer text.
 * Keeps the text of a reply whose connection was lost.
 */
export function failed(thread: Thread, failure: Failure | null): Thread {
  const { unsent, live } = thread;
  const kept = live ? withText(thread, live, null) : thread;
  return {
    ...kept,
    ...(unsent ? handedBack(thread, unsent) : {}),
    unsent: null,
    failed: unsent ?? thread.failed,
    live: null,
    failure,
  };
}

function handedBack(thread: Thread, unsent: Outgoing): Partial<Thread> {
  const edited = editedBy(unsent, thread);
  if (edited) return { editing: { messageId: edited.id, text: unsent.content } };
  return { draft: [unsent.content, thread.draft].filter(Boolean).join("\n\n") };
}

/** The message on the screen that this one replaces with a new version. */
function editedBy({ parent_id }: Outgoing, thread: Thread): Message | undefined {
  if (parent_id === undefined) return undefined;
  return branchOf({ ...thread, live: null }).find(
    (message) => message.role === "user" && message.parent_id === parent_id,
  );
}

function withRow(messages: Message[], row: Message): Message[] {
  const exists = messages.some(({ id }) => id === row.id);
  return exists ? messages.map((each) => (each.id === row.id ? row : each)) : [...messages, row];
}

function withoutUnsent(draft: string, content: string): string {
  return draft.trimStart().startsWith(content)
    ? draft.trimStart().slice(content.length).trimStart()
    : draft;
}
