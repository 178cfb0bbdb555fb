import type { Budget, Outcome, Usage } from "../stream/events.ts";

export interface Message {
  id: string;
  role: "user" | "assistant";
  content: string;
  parent_id: string | null;
  status: "streaming" | Outcome;
  outcome: Outcome | null;
  usage: Usage | null;
  created_at: string;
  model?: string | null;
  gateway?: string | null;
  attempts?: number | null;
  first_token_ms?: number | null;
  error?: { code: string; message: string } | null;
  request_id?: string | null;
  max_tokens?: number | null;
  shortened_by?: "window" | "budget" | null;
}

export interface ConversationSummary {
  id: string;
  title: string;
  model: string;
  created_at: string;
  updated_at: string;
  /** The reply at the end of the branch that was shown last. */
  head?: string | null;
  system_prompt?: string | null;
}

/** A system prompt of null is the server's default. */
export interface Changes {
  title?: string;
  model?: string;
  system_prompt?: string | null;
  head?: string;
}

export type ExportFormat = "md" | "json";

export interface ConversationPage {
  conversations: ConversationSummary[];
  cursor: string | null;
}

export interface ConversationDetail {
  conversation: ConversationSummary;
  messages: Message[];
  cursor: string | null;
}

export type WarmthState = "warm" | "loading" | "cold" | "down" | "unknown";

/** How soon a model is likely to answer. */
export interface Warmth {
  state: WarmthState;
  /** Time to the first token of a loaded model: median (p50), and p95 below. */
  first_token_ms: number | null;
  first_token_p95_ms?: number | null;
  cold_load_ms?: number | null;
  checked_at: string | null;
}

export interface Model {
  id: string;
  label: string;
  notes?: string;
  vram_gb?: number | null;
  context_window?: number;
  warmth?: Warmth;
}

export interface Models {
  default: string;
  models: Model[];
}

/** The user, their budget and limits. */
export interface Me {
  user_id: string;
  signed_in: boolean;
  budget: Budget;
  limits: { max_tokens: number };
}

/** Everything the page needs to open. */
export interface Start extends Models, ConversationPage {
  /** Only when the server made or renewed an anonymous session. */
  session?: { token: string };
  me: Me;
  /** Id of the model that the server is loading for the next message. */
  warming: string | null;
}

/** A message to send. The page makes the id, so that sending it again returns the same reply. */
export interface Outgoing {
  id: string;
  content: string;
  /** The reply it continues from; null starts at the top. Absent: the server decides. */
  parent_id?: string | null;
}

/** Options of a reply. The server chooses those that are absent. */
export interface Options {
  model?: string;
  temperature?: number;
  max_tokens?: number;
  /** Only with the first message of a conversation. */
  system_prompt?: string;
}

/** The ways to request a reply. */
export type ReplyRequest =
  | { kind: "send"; message: Outgoing }
  | { kind: "continue"; replyId: string }
  | { kind: "regenerate"; replyId: string };
