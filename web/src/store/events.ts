import type {
  ConversationDetail,
  ConversationPage,
  ConversationSummary,
  Me,
  Models,
  ReplyRequest,
} from "../api/wire.ts";
import type { TurnEvent } from "../stream/events.ts";
import type { AnswerOptions, Editing, Failure, Thread } from "./state.ts";

/** What can happen in one thread; `at` is milliseconds since the epoch. */
export type ThreadEvent =
  | { type: "draft-edited"; text: string }
  | { type: "model-chosen"; model: string }
  | { type: "system-prompt-set"; systemPrompt: string | null }
  | { type: "editing"; editing: Editing | null }
  | { type: "branch-chosen"; head: string; at: number }
  | { type: "reply-requested"; request: ReplyRequest; at: number }
  | { type: "stopping" }
  | { type: "stop-failed"; failure: Failure }
  | { type: "turn-event"; event: TurnEvent; at: number }
  | { type: "queued" }
  | { type: "turn-failed"; failure: Failure }
  | { type: "withdrawn" }
  | { type: "failure-dismissed" }
  | { type: "opening" }
  | { type: "missing" }
  | { type: "loaded"; detail: ConversationDetail; at: number }
  | { type: "load-failed"; failure: Failure }
  | { type: "earlier-loaded"; detail: ConversationDetail };

export type StoreEvent =
  | { type: "thread"; id: string; event: ThreadEvent }
  | { type: "thread-shown"; thread: Thread }
  | { type: "history-loading" }
  | { type: "history-loaded"; page: ConversationPage; next: boolean }
  | { type: "history-failed"; message: string }
  | { type: "history-query"; query: string }
  | { type: "history-notice"; message: string }
  | { type: "history-emptied" }
  | { type: "conversation-changed"; id: string; changes: Partial<ConversationSummary> }
  | { type: "deletion-pending"; conversation: ConversationSummary | null }
  | { type: "conversation-removed"; id: string }
  | { type: "models-loaded"; models: Models }
  | { type: "answers-chosen"; answers: AnswerOptions }
  | { type: "me-loaded"; me: Me };
