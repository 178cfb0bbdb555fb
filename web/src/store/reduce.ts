import type { ConversationSummary } from "../api/wire.ts";
import { t } from "../text/text.ts";
import { branchOf } from "./branch.ts";
import type { StoreEvent, ThreadEvent } from "./events.ts";
import type { History, State, Thread } from "./state.ts";
import { reduceThread } from "./thread.ts";

/** The next state. Pure: what is not changed stays the same object. */
export function reduce(state: State, event: StoreEvent): State {
  switch (event.type) {
    case "thread":
      return inThread(state, event.id, event.event);
    case "thread-shown":
      return {
        ...state,
        current: event.thread.id,
        threads: { ...state.threads, [event.thread.id]: event.thread },
      };
    case "models-loaded":
      return { ...state, models: event.models.models, defaultModel: event.models.default };
    case "history-loading":
      return { ...state, history: { ...state.history, state: "loading" } };
    case "history-failed":
      return { ...state, history: { ...state.history, state: "failed", message: event.message } };
    case "history-loaded":
      return {
        ...state,
        history: {
          conversations: event.next
            ? union(state.history.conversations, event.page.conversations)
            : event.page.conversations,
          cursor: event.page.cursor ?? "",
          state: "ready",
          message: "",
        },
      };
  }
}

function inThread(state: State, id: string, event: ThreadEvent): State {
  const before = state.threads[id];
  if (!before) return state;
  const thread = reduceThread(before, event);
  if (thread === before) return state;
  const next = { ...state, threads: { ...state.threads, [id]: thread } };
  if (event.type === "turn-event" && event.event.type === "turn") {
    return { ...next, history: withNewest(state.history, summary(state, thread, event.at)) };
  }
  const ended = before.live?.accepted && !thread.live && event.type !== "turn-failed";
  if (ended && id === state.current) {
    return { ...next, announcement: t("announce.done", { text: spoken(thread) }) };
  }
  return next;
}

function spoken(thread: Thread): string {
  const reply = branchOf(thread).at(-1);
  const outcome = reply?.outcome ?? "complete";
  const words = outcome === "complete" ? "" : (reply?.error?.message ?? t(`outcome.${outcome}`));
  return [reply?.content, words].filter(Boolean).join(" ");
}

function summary(state: State, thread: Thread, at: number): ConversationSummary {
  const now = new Date(at).toISOString();
  const known = state.history.conversations.find(({ id }) => id === thread.id);
  return {
    id: thread.id,
    title: thread.title,
    model: thread.model ?? state.defaultModel ?? "",
    created_at: known?.created_at ?? now,
    updated_at: now,
  };
}

function withNewest(history: History, newest: ConversationSummary): History {
  const others = history.conversations.filter(({ id }) => id !== newest.id);
  return { ...history, conversations: [newest, ...others] };
}

/** A page may repeat a conversation that moved while the list was read. */
function union(before: ConversationSummary[], page: ConversationSummary[]): ConversationSummary[] {
  const known = new Set(before.map(({ id }) => id));
  return [...before, ...page.filter(({ id }) => !known.has(id))];
}
