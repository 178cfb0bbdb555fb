import type { ThreadEvent } from "../events.ts";
import type { Thread } from "../state.ts";
import { failed, replyRequested, turnEvent } from "./liveReply.ts";
import { earlierLoaded, loaded, withLive } from "./loading.ts";

export function reduceThread(thread: Thread, event: ThreadEvent): Thread {
  switch (event.type) {
    case "draft-edited":
      return { ...thread, draft: event.text };
    case "model-chosen":
      return { ...thread, model: event.model };
    case "system-prompt-set":
      return { ...thread, systemPrompt: event.systemPrompt };
    case "editing":
      return { ...thread, editing: event.editing };
    case "branch-chosen":
      return withLive({ ...thread, head: event.head, editing: null }, event.at);
    case "reply-requested":
      return replyRequested(thread, event.request, event.at);
    case "turn-event":
      return turnEvent(thread, event.event, event.at);
    case "queued":
      return thread.live ? { ...thread, live: { ...thread.live, queued: true } } : thread;
    case "turn-failed":
      return failed(thread, event.failure);
    case "withdrawn":
      return failed(thread, null);
    case "stopping":
      return thread.live ? { ...thread, live: { ...thread.live, stopping: true } } : thread;
    case "stop-failed":
      return {
        ...thread,
        live: thread.live && { ...thread.live, stopping: false },
        failure: event.failure,
      };
    case "failure-dismissed":
      return { ...thread, failure: null };
    case "opening":
      return { ...thread, state: thread.state === "ready" ? "ready" : "loading", failure: null };
    case "missing":
      return { ...thread, state: "missing" };
    case "loaded":
      return loaded(thread, event.detail, event.at);
    case "load-failed":
      return { ...thread, failure: event.failure };
    case "earlier-loaded":
      return earlierLoaded(thread, event.detail);
  }
}
