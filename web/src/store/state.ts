import type { Ask, ConversationSummary, Me, Message, Model, Outgoing } from "../api/wire.ts";
import type { TurnStatus } from "../stream/events.ts";

/** What went wrong, in a sentence, and what "Try again" would do about it. */
export interface Failure {
  message: string;
  /** When it may go through, in milliseconds since the epoch; null for any time. */
  retryAt: number | null;
  remedy: Ask | { kind: "reload" } | null;
}

/** The reply that is being written. Apart from the messages, so that a token changes only this. */
export interface LiveReply {
  /** Null until the server has named a new reply. */
  replyId: string | null;
  /** The message on the screen that it comes after or, once it has a row, that it is. */
  tip: string | null;
  /** The server has it: it goes on without this page, and can be stopped. */
  accepted: boolean;
  text: string;
  /** No token has come since it was asked for. */
  waiting: boolean;
  /** It has not been asked for yet: there is no network. */
  queued: boolean;
  /** The person wants no more of it. */
  stopping: boolean;
  status: TurnStatus | null;
  startedAt: number;
  /** How much of the text was read out: see `heard`. */
  spoken: number;
}

/** A sent message in the hands of its writer again. */
export interface Editing {
  messageId: string;
  text: string;
}

export interface Thread {
  id: string;
  /** Where the thread is: only here, being fetched, as the server has it, or not to be had. */
  state: "new" | "loading" | "ready" | "missing";
  title: string;
  /** Null until a person or the server chose one: the default model. */
  model: string | null;
  /** What every reply of this thread is told first; null is the chat's own. */
  systemPrompt: string | null;
  /** A tree by `parent_id`, in the order they were written. */
  messages: Message[];
  /** The reply at the end of the branch that is read. */
  head: string | null;
  /** Cursor of the messages before the first one here, "" when there are none. */
  earlier: string;
  draft: string;
  editing: Editing | null;
  /** Sent, and not accepted yet. */
  unsent: Outgoing | null;
  /** Sent in vain. It keeps its id, so that the server can tell if it has it after all. */
  failed: Outgoing | null;
  live: LiveReply | null;
  failure: Failure | null;
}

export interface History {
  conversations: ConversationSummary[];
  /** Ids that came to the top since the list was last asked for. */
  arrived: string[];
  cursor: string;
  state: "idle" | "loading" | "ready" | "failed";
  /** Why it could not be loaded. */
  message: string;
  /** What the titles are searched for. */
  query: string;
  /** Deleted by the person and not yet by the server: it can be had back. */
  leaving: ConversationSummary | null;
  /** What could not be done with a conversation. */
  notice: string;
}

/** How answers are to be, in every thread; null leaves it to the server. */
export interface Answers {
  /** That of conversations which have none yet: the one that was chosen last. */
  model: string | null;
  temperature: number | null;
  maxTokens: number | null;
}

/** `count` numbers the pieces: the last of them has this number. */
export interface Heard {
  count: number;
  pieces: string[];
}

export interface State {
  history: History;
  threads: Record<string, Thread>;
  /** Id of the thread on the screen. */
  current: string;
  models: Model[];
  defaultModel: string | null;
  answers: Answers;
  /** Null until the server was asked. */
  me: Me | null;
  /** What a screen reader was told last, each piece once. */
  heard: Heard;
}

export function newThread(id: string, draft = ""): Thread {
  return {
    id,
    state: "new",
    title: "",
    model: null,
    systemPrompt: null,
    messages: [],
    head: null,
    earlier: "",
    draft,
    editing: null,
    unsent: null,
    failed: null,
    live: null,
    failure: null,
  };
}

export function emptyHistory(): History {
  return {
    conversations: [],
    arrived: [],
    cursor: "",
    state: "idle",
    message: "",
    query: "",
    leaving: null,
    notice: "",
  };
}

export const ANY_ANSWERS: Answers = { model: null, temperature: null, maxTokens: null };

export function initialState(first: Thread, answers = ANY_ANSWERS): State {
  return {
    history: emptyHistory(),
    threads: { [first.id]: first },
    current: first.id,
    models: [],
    defaultModel: null,
    answers,
    me: null,
    heard: { count: 0, pieces: [] },
  };
}
