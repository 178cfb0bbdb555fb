import type { ConversationSummary } from "../api/wire.ts";
import { t } from "../text/text.ts";
import { branchOf } from "./branch.ts";
import type { StoreEvent, ThreadEvent } from "./events.ts";
import { endingOf, hearing, sentencesOf } from "./speech.ts";
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
  const next = withThread(state, thread);
  if (event.type === "turn-event" && event.event.type === "turn") {
    return { ...next, history: withNewest(state.history, summary(state, thread, event.at)) };
  }
  return id === state.current ? readOut(next, before, thread, event) : next;
}

function readOut(state: State, before: Thread, thread: Thread, event: ThreadEvent): State {
  if (event.type === "turn-event" && event.event.type === "chunk") {
    const { piece, thread: heard } = sentencesOf(thread);
    if (heard === thread) return state;
    return { ...withThread(state, heard), heard: hearing(state.heard, piece) };
  }
  if (event.type === "turn-event" && event.event.type === "status") {
    const { phase } = event.event;
    const news = phase !== "connecting" && phase !== before.live?.status?.phase;
    return news ? { ...state, heard: hearing(state.heard, t(`phase.${phase}`)) } : state;
  }
  const ended = before.live?.accepted && !thread.live && event.type !== "turn-failed";
  if (!ended) return state;
  const ending = endingOf(branchOf(thread).at(-1), before.live?.spoken ?? 0);
  return { ...state, heard: hearing(state.heard, ending) };
}

function withThread(state: State, thread: Thread): State {
  return { ...state, threads: { ...state.threads, [thread.id]: thread } };
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
