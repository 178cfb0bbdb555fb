import type { ConversationSummary, Message, Model, Outgoing } from "../api/wire.ts";
import type { TurnStatus } from "../stream/events.ts";

/** What went wrong, in a sentence, and what "Try again" would do about it. */
export interface Failure {
  message: string;
  retryAfter: number | null;
  remedy: { kind: "send"; message: Outgoing } | { kind: "reload" } | null;
}

/** The reply that is being written. Apart from the messages, so that a token changes only this. */
export interface LiveReply {
  /** Null until the server has accepted the turn. */
  replyId: string | null;
  text: string;
  status: TurnStatus | null;
  startedAt: number;
}

export interface Thread {
  id: string;
  /** Where the thread is: only here, being fetched, as the server has it, or not to be had. */
  state: "new" | "loading" | "ready" | "missing";
  title: string;
  /** Null until a person or the server chose one: the default model. */
  model: string | null;
  messages: Message[];
  /** Cursor of the messages before the first one here, "" when there are none. */
  earlier: string;
  draft: string;
  /** Sent, and not accepted yet. */
  unsent: Outgoing | null;
  live: LiveReply | null;
  failure: Failure | null;
}

export interface History {
  conversations: ConversationSummary[];
  cursor: string;
  state: "idle" | "loading" | "ready" | "failed";
  /** Why it could not be loaded. */
  message: string;
}

export interface State {
  history: History;
  threads: Record<string, Thread>;
  /** Id of the thread on the screen. */
  current: string;
  models: Model[];
  defaultModel: string | null;
  /** What a screen reader is told next. */
  announcement: string;
}

export function newThread(id: string, draft = ""): Thread {
  return {
    id,
    state: "new",
    title: "",
    model: null,
    messages: [],
    earlier: "",
    draft,
    unsent: null,
    live: null,
    failure: null,
  };
}

export function initialState(first: Thread): State {
  return {
    history: { conversations: [], cursor: "", state: "idle", message: "" },
    threads: { [first.id]: first },
    current: first.id,
    models: [],
    defaultModel: null,
    announcement: "",
  };
}
