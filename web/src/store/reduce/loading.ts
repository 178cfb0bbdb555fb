import type { ConversationDetail, Message } from "../../api/wire.ts";
import type { LiveReply, Thread } from "../state.ts";

/** Adds the newest page from the server. Keeps older messages that were loaded before. */
export function loaded(thread: Thread, detail: ConversationDetail, at: number): Thread {
  const rows = detail.messages;
  const overlap = thread.messages.findIndex(({ id }) => id === rows[0]?.id);
  const older = overlap < 0 ? [] : thread.messages.slice(0, overlap);
  const messages = [...older, ...rows];
  const cursor = older.length > 0 ? thread.earlier : (detail.cursor ?? "");
  const { head } = detail.conversation;
  const headIsThere = cursor !== "" || messages.some(({ id }) => id === head);
  const next: Thread = {
    ...thread,
    state: "ready",
    title: detail.conversation.title,
    model: thread.model ?? detail.conversation.model,
    systemPrompt: detail.conversation.system_prompt ?? null,
    messages,
    head: (headIsThere && head) || (rows.at(-1)?.id ?? null),
    unsent: rows.some(({ id }) => id === thread.unsent?.id) ? null : thread.unsent,
    earlier: cursor,
  };
  return withLive(next, at);
}

export function earlierLoaded(thread: Thread, detail: ConversationDetail): Thread {
  return {
    ...thread,
    messages: [...detail.messages, ...thread.messages],
    earlier: detail.cursor ?? "",
  };
}

/** Makes the reply at the end of the branch the live one if it is being written. */
export function withLive(thread: Thread, at: number): Thread {
  const row = thread.messages.find(({ id }) => id === thread.head);
  return { ...thread, live: row?.status === "streaming" ? joined(thread.live, row, at) : null };
}

function joined(before: LiveReply | null, row: Message, at: number): LiveReply {
  return {
    replyId: row.id,
    tip: row.id,
    accepted: true,
    text: row.content,
    waiting: row.content === "",
    queued: false,
    stopping: before?.stopping ?? false,
    status: before?.status ?? null,
    // The server's clock may be ahead of this one.
    announced: before?.announced ?? row.content.length,
    startedAt: before?.startedAt ?? Math.min(at, Date.parse(row.created_at) || at),
  };
}
