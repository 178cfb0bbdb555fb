import type {
  ConversationSummary,
  Me,
  Message,
  Model,
  Outgoing,
  ReplyRequest,
} from "../api/wire.ts";
import type { TurnStatus } from "../stream/events.ts";

/** What went wrong, as a sentence, and what "Try again" does. */
export interface Failure {
  message: string;
  /** When a retry makes sense, in milliseconds since the epoch; null for any time. */
  retryAt: number | null;
  remedy: ReplyRequest | { kind: "reload" } | null;
}

/** The reply that is being written. Separate from the messages, so a token changes only this. */
export interface LiveReply {
  /** Null until the server has named a new reply. */
  replyId: string | null;
  /** End of the branch on the screen: the answered message or, once it has a row, the reply. */
  tip: string | null;
  /** The server has accepted it: it continues without this page, and can be stopped. */
  accepted: boolean;
  text: string;
  /** No token has come since it was requested. */
  waiting: boolean;
  /** It has not been requested yet, because there is no network. */
  queued: boolean;
  /** The person pressed Stop. */
  stopping: boolean;
  status: TurnStatus | null;
  startedAt: number;
  /** How much of the text was handed to screen readers: see `announced`. */
  announced: number;
}

/** A sent message that is being edited. */
export interface Editing {
  messageId: string;
  text: string;
}

export interface Thread {
  id: string;
  /** Exists only on this page, being loaded, loaded, or not found on the server. */
  state: "new" | "loading" | "ready" | "missing";
  title: string;
  /** Null for the default model, until the person or the server chooses one. */
  model: string | null;
  /** Instructions for every reply in this thread; null for the server's default. */
  systemPrompt: string | null;
  /** A tree by `parent_id`, oldest first. */
  messages: Message[];
  /** The reply at the end of the chosen branch. */
  head: string | null;
  /** Cursor of the messages before the first one here, "" when there are none. */
  earlier: string;
  draft: string;
  editing: Editing | null;
  /** Sent, but not accepted yet. */
  unsent: Outgoing | null;
  /** Sending failed. Keeps its id, so the server recognizes it if it did arrive. */
  failed: Outgoing | null;
  live: LiveReply | null;
  failure: Failure | null;
}

export interface History {
  conversations: ConversationSummary[];
  /** Ids that moved to the top since the list was last requested. */
  movedUp: string[];
  cursor: string;
  state: "idle" | "loading" | "ready" | "failed";
  /** Why it could not be loaded. */
  message: string;
  /** Words to find in the titles. */
  query: string;
  /** Deleted by the person but not yet on the server: can be undone. */
  pendingDeletion: ConversationSummary | null;
  /** Why an action on a conversation failed. */
  notice: string;
}

/** Options for replies in every thread; null leaves one to the server. */
export interface AnswerOptions {
  /** For conversations without a model of their own: the last choice. */
  model: string | null;
  temperature: number | null;
  maxTokens: number | null;
}

/** `count` is the number of all pieces so far; `pieces` are the last of them. */
export interface Announcements {
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
  answers: AnswerOptions;
  /** Null until loaded. */
  me: Me | null;
  /** The last pieces announced to screen readers, each once. */
  announced: Announcements;
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
    movedUp: [],
    cursor: "",
    state: "idle",
    message: "",
    query: "",
    pendingDeletion: null,
    notice: "",
  };
}

export const DEFAULT_ANSWERS: AnswerOptions = { model: null, temperature: null, maxTokens: null };

export function initialState(first: Thread, answers = DEFAULT_ANSWERS): State {
  return {
    history: emptyHistory(),
    threads: { [first.id]: first },
    current: first.id,
    models: [],
    defaultModel: null,
    answers,
    me: null,
    announced: { count: 0, pieces: [] },
  };
}
