import type { ConversationSummary } from "../../api/wire.ts";
import type { StoreEvent } from "../events.ts";
import { emptyHistory, type History } from "../state.ts";

export function reduceHistory(history: History, event: StoreEvent): History {
  switch (event.type) {
    case "history-loading":
      return { ...history, state: "loading", movedUp: [] };
    case "history-failed":
      return { ...history, state: "failed", message: event.message };
    case "history-loaded":
      return {
        ...history,
        conversations: union(
          event.next ? history.conversations : movedUpOf(history),
          event.page.conversations,
        ),
        cursor: event.page.cursor ?? "",
        state: "ready",
        message: "",
      };
    case "history-query":
      return { ...history, query: event.query };
    case "history-notice":
      return { ...history, notice: event.message };
    case "history-emptied":
      return { ...emptyHistory(), state: "ready" };
    case "conversation-changed":
      return {
        ...history,
        conversations: history.conversations.map((each) =>
          each.id === event.id ? { ...each, ...event.changes } : each,
        ),
      };
    case "deletion-pending":
      return { ...history, pendingDeletion: event.conversation, notice: "" };
    case "conversation-removed":
      return {
        ...history,
        conversations: history.conversations.filter(({ id }) => id !== event.id),
        pendingDeletion: history.pendingDeletion?.id === event.id ? null : history.pendingDeletion,
      };
    default:
      return history;
  }
}

export function withNewest(history: History, newest: ConversationSummary): History {
  const others = history.conversations.filter(({ id }) => id !== newest.id);
  const movedUp = [...history.movedUp, newest.id];
  return { ...history, conversations: [newest, ...others], movedUp };
}

/** Conversations that moved to the top during the request, so its answer may lack them. */
function movedUpOf({ conversations, movedUp }: History): ConversationSummary[] {
  return conversations.filter(({ id }) => movedUp.includes(id));
}

/** The visible conversations: search matches, without the one being deleted. */
export function visible({ conversations, query, pendingDeletion }: History): ConversationSummary[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && !pendingDeletion) return conversations;
  return conversations.filter(({ id, title }) => {
    const name = title.toLocaleLowerCase();
    return id !== pendingDeletion?.id && words.every((word) => name.includes(word));
  });
}

/** A page may repeat a conversation that moved between two requests. */
function union(before: ConversationSummary[], page: ConversationSummary[]): ConversationSummary[] {
  const ids = new Set(before.map(({ id }) => id));
  return [...before, ...page.filter(({ id }) => !ids.has(id))];
}
