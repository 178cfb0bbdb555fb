import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import type { ConversationPage, ConversationSummary, ExportFormat } from "../api/wire.ts";
import { listed } from "./reduce/history.ts";
import type { History } from "./state.ts";
import type { KeyValues } from "./storage.ts";
import type { Store } from "./store.ts";

/** How long a deletion can be taken back. */
export const UNDO_MS = 8_000;

const DELETING = "deleting";

const TYPING_MS = 250;

// A search goes back by itself until it has found so many, or read so many pages.
const FOUND = 20;
const PAGES = 10;

interface Timer {
  pause(milliseconds: number): Promise<void>;
}

/** Everything a person can do with the conversations on the list. */
export class Archive {
  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly timer: Timer,
    private readonly memory: KeyValues,
  ) {}

  /** The newest conversations, or those after the ones on the list. */
  async load(next = false): Promise<void> {
    const { cursor } = this.#history;
    await this.#load(() => this.api.conversations(next ? cursor : ""), next);
  }

  /** The newest conversations, from the request that opens the page. */
  async loadFirst(start: () => Promise<ConversationPage>): Promise<void> {
    if (this.api.known) return this.#load(start, false);
    // A new visitor has no history that could be missing.
    const page = await start().catch(() => null);
    if (page) this.store.dispatch({ type: "history-loaded", page, next: false });
  }

  async #load(read: () => Promise<ConversationPage>, next: boolean): Promise<void> {
    if (this.#history.state === "loading") return;
    this.store.dispatch({ type: "history-loading" });
    try {
      if (!next) await this.#finishDeleting();
      const page = await read();
      this.store.dispatch({ type: "history-loaded", page, next });
    } catch (error) {
      this.store.dispatch({ type: "history-failed", message: ApiError.from(error).message });
    }
  }

  /** Shows what has these words in its title, and reads on in the list while there is little. */
  async search(query: string): Promise<void> {
    this.store.dispatch({ type: "history-query", query });
    await this.timer.pause(TYPING_MS);
    for (let pages = 0; pages < PAGES; pages += 1) {
      const { query: asked, cursor, state } = this.#history;
      const enough = listed(this.#history).length >= FOUND;
      if (asked !== query || query.trim() === "" || cursor === "" || enough) return;
      if (state !== "ready") return;
      await this.load(true);
    }
  }

  async rename(id: string, title: string): Promise<void> {
    const before = this.#find(id)?.title;
    if (before === undefined || title.trim() === "" || title.trim() === before) return;
    this.#change(id, { title: title.trim() });
    try {
      const { title: saved } = await this.api.change(id, { title: title.trim() });
      this.#change(id, { title: saved });
    } catch (error) {
      this.#change(id, { title: before });
      this.#notice(error);
    }
  }

  /** Takes it off the list, and deletes it for good when it was not taken back in time. */
  async remove(id: string): Promise<void> {
    void this.flush();
    const conversation = this.#find(id);
    if (!conversation) return;
    this.store.dispatch({ type: "conversation-leaving", conversation });
    this.memory.setItem(DELETING, id);
    await this.timer.pause(UNDO_MS);
    if (this.#history.leaving === conversation) await this.flush();
  }

  undo(): void {
    this.memory.removeItem(DELETING);
    this.store.dispatch({ type: "conversation-leaving", conversation: null });
  }

  /** Deletes what can still be taken back. To be called when the page is left. */
  async flush(): Promise<void> {
    const { leaving } = this.#history;
    if (!leaving) return;
    this.store.dispatch({ type: "conversation-removed", id: leaving.id });
    try {
      await this.#delete(leaving.id);
    } catch (error) {
      this.#forget(leaving.id);
      this.#notice(error);
      await this.load();
    }
  }

  async removeAll(): Promise<void> {
    await this.api.removeAll();
    this.store.dispatch({ type: "history-emptied" });
  }

  /** The file, and a name for it. Null when it could not be had: a notice says why. */
  async export(id: string, format: ExportFormat): Promise<File | null> {
    try {
      const blob = await this.api.export(id, format);
      return new File([blob], `${fileName(this.#find(id)?.title ?? id)}.${format}`);
    } catch (error) {
      this.#notice(error);
      return null;
    }
  }

  notify(message: string): void {
    this.store.dispatch({ type: "history-notice", message });
  }

  dismissNotice(): void {
    this.notify("");
  }

  /** What was deleted when the page was left may still be on the server's list. */
  async #finishDeleting(): Promise<void> {
    const id = this.memory.getItem(DELETING);
    if (id !== null && id !== this.#history.leaving?.id) await this.#delete(id);
  }

  async #delete(id: string): Promise<void> {
    try {
      await this.api.remove(id);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
    this.#forget(id);
  }

  #forget(id: string): void {
    if (this.memory.getItem(DELETING) === id) this.memory.removeItem(DELETING);
  }

  get #history(): History {
    return this.store.state.peek().history;
  }

  #find(id: string): ConversationSummary | undefined {
    return this.#history.conversations.find((each) => each.id === id);
  }

  #change(id: string, changes: Partial<ConversationSummary>): void {
    this.store.dispatch({ type: "conversation-changed", id, changes });
  }

  #notice(error: unknown): void {
    this.notify(ApiError.from(error).message);
  }
}

/** A title without what some file system takes for something else. */
function fileName(title: string): string {
  return (
    title
      .replace(/[\s\p{Cc}\\/:*?"<>|]+/gu, " ")
      .replace(/^[.\s]+/, "")
      .slice(0, 80)
      .trim() || "chat"
  );
}
