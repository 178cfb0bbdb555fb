import type { State } from "./state.ts";
import type { KeyValues } from "./storage.ts";
import type { Store } from "./store.ts";

const PREFIX = "draft:";

interface Draft {
  thread: string;
  place: string;
  text: string;
}

/** Keeps text that the server has not accepted yet across reloads of the page. */
export class Drafts {
  constructor(private readonly storage: KeyValues) {}

  /** `id` is null for a new chat. */
  read(id: string | null): string {
    return this.storage.getItem(place(id)) ?? "";
  }

  forgetAll(): void {
    for (const key of [...this.storage.keys()]) {
      if (key.startsWith(PREFIX)) this.storage.removeItem(key);
    }
  }

  /** Saves every change in the thread on the screen. Returns a function that stops this. */
  keep(store: Store): () => void {
    let kept: Draft | null = null;
    return store.state.subscribe((state) => {
      const draft = draftOnScreen(state);
      if (draft.thread === kept?.thread) {
        if (draft.place === kept.place && draft.text === kept.text) return;
        if (draft.place !== kept.place) this.storage.removeItem(kept.place);
      }
      kept = draft;
      if (draft.text === "") this.storage.removeItem(draft.place);
      else this.storage.setItem(draft.place, draft.text);
    });
  }
}

function draftOnScreen({ threads, current }: State): Draft {
  const thread = threads[current];
  return {
    thread: current,
    place: place(thread?.state === "new" ? null : current),
    text: thread?.draft || (thread?.unsent?.content ?? ""),
  };
}

function place(id: string | null): string {
  return `${PREFIX}${id ?? "new"}`;
}
