import type { ConversationSummary, Warmth } from "../../api/wire.ts";
import type { TurnDone } from "../../stream/events.ts";
import { t } from "../../text/text.ts";
import { branchOf } from "../branch.ts";
import type { StoreEvent, ThreadEvent } from "../events.ts";
import type { State, Thread } from "../state.ts";
import { endingOf, sentencesOf, withPiece } from "./announcements.ts";
import { reduceHistory, withNewest } from "./history.ts";
import { reduceThread } from "./thread.ts";

/** The next state. Pure: unchanged parts stay the same objects. */
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
    case "answers-chosen":
      return { ...state, answers: event.answers };
    case "me-loaded":
      return { ...state, me: event.me };
    case "conversation-changed":
      return changed(state, event.id, event.changes);
    case "conversation-removed":
      return { ...without(state, event.id), history: reduceHistory(state.history, event) };
    case "history-emptied":
      return { ...withoutSaved(state), history: reduceHistory(state.history, event) };
    default:
      return { ...state, history: reduceHistory(state.history, event) };
  }
}

function changed(state: State, id: string, changes: Partial<ConversationSummary>): State {
  const thread = state.threads[id];
  const { title, model } = changes;
  const next = thread && {
    ...thread,
    ...(title === undefined ? {} : { title }),
    ...(model === undefined ? {} : { model }),
  };
  return {
    ...(next ? withThread(state, next) : state),
    history: reduceHistory(state.history, { type: "conversation-changed", id, changes }),
  };
}

/** The thread on the screen stays until another one is shown. */
function without(state: State, id: string): State {
  const { [id]: removed, ...threads } = state.threads;
  return removed && id !== state.current ? { ...state, threads } : state;
}

function withoutSaved(state: State): State {
  const threads = Object.entries(state.threads).filter(
    ([id, thread]) => id === state.current || thread.state === "new",
  );
  return { ...state, threads: Object.fromEntries(threads) };
}

function inThread(state: State, id: string, event: ThreadEvent): State {
  const before = state.threads[id];
  if (!before) return state;
  const thread = reduceThread(before, event);
  if (thread === before) return state;
  const next = withThread(state, thread);
  if (event.type === "turn-event" && event.event.type === "done") {
    const announced = id === state.current ? announce(next, before, thread, event) : next;
    return charged(withModel(announced, event.event), event.event);
  }
  if (event.type === "turn-event" && event.event.type === "turn") {
    return { ...next, history: withNewest(state.history, summary(state, thread, event.at)) };
  }
  return id === state.current ? announce(next, before, thread, event) : next;
}

/** Stores the token budget that came with the reply. */
function charged(state: State, { budget }: TurnDone): State {
  return budget && state.me ? { ...state, me: { ...state.me, budget } } : state;
}

/** Marks the model that has just answered as warm. */
function withModel(state: State, { model: id, first_token_ms }: TurnDone): State {
  const model = state.models.find((each) => each.id === id);
  if (first_token_ms === null || !model || model.warmth?.state === "warm") return state;
  const warmth: Warmth = { first_token_ms, checked_at: null, ...model.warmth, state: "warm" };
  const models = state.models.map((each) => (each === model ? { ...model, warmth } : each));
  return { ...state, models };
}

function announce(state: State, before: Thread, thread: Thread, event: ThreadEvent): State {
  if (event.type === "turn-event" && event.event.type === "chunk") {
    const { piece, thread: rest } = sentencesOf(thread);
    if (rest === thread) return state;
    return { ...withThread(state, rest), announced: withPiece(state.announced, piece) };
  }
  if (event.type === "turn-event" && event.event.type === "status") {
    const { phase } = event.event;
    const news = phase !== "connecting" && phase !== before.live?.status?.phase;
    return news ? { ...state, announced: withPiece(state.announced, t(`phase.${phase}`)) } : state;
  }
  const ended = before.live?.accepted && !thread.live && event.type !== "turn-failed";
  if (!ended) return state;
  const ending = endingOf(branchOf(thread).at(-1), before.live?.announced ?? 0);
  return { ...state, announced: withPiece(state.announced, ending) };
}

function withThread(state: State, thread: Thread): State {
  return { ...state, threads: { ...state.threads, [thread.id]: thread } };
}

function summary(state: State, thread: Thread, at: number): ConversationSummary {
  const now = new Date(at).toISOString();
  const listed = state.history.conversations.find(({ id }) => id === thread.id);
  return {
    id: thread.id,
    title: thread.title,
    model: thread.model ?? state.defaultModel ?? "",
    created_at: listed?.created_at ?? now,
    updated_at: now,
  };
}
