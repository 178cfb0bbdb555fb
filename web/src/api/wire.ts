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
  /** The reply at the end of the branch that was read last. */
  head?: string | null;
  system_prompt?: string | null;
}

/** What of a conversation can be changed. A system prompt of null is the chat's own. */
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

/** How soon a model would answer, as far as is known. */
export interface Warmth {
  state: WarmthState;
  /** Time to the first token of a loaded model: the usual one, and the one of a bad day. */
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

/** Who asks, and what they may. */
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

/** What a person sends. The id is the client's: sent again, the same reply comes back. */
export interface Outgoing {
  id: string;
  content: string;
  /** The reply it goes on from; null begins anew. Absent where the server knows best. */
  parent_id?: string | null;
}

/** How a reply is to be made. What is absent is left to the server. */
export interface Options {
  model?: string;
  temperature?: number;
  max_tokens?: number;
  /** Of a conversation that begins with this message. */
  system_prompt?: string;
}

/** What a reply can be asked for with. */
export type Ask =
  | { kind: "send"; message: Outgoing }
  | { kind: "continue"; replyId: string }
  | { kind: "regenerate"; replyId: string };
