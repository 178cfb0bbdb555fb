import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import type { ConversationPage, ConversationSummary, ExportFormat } from "../api/wire.ts";
import { visible } from "./reduce/history.ts";
import type { History } from "./state.ts";
import type { KeyValues } from "./storage.ts";
import type { Store } from "./store.ts";

/** How long a deletion can be undone. */
export const UNDO_MS = 8_000;

const DELETING = "deleting";

const TYPING_MS = 250;

// A search loads older pages until it has this many matches or has read this many pages.
const FOUND = 20;
const PAGES = 10;

interface Timer {
  pause(milliseconds: number): Promise<void>;
}

/** The list of conversations and the actions on it. */
export class Archive {
  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly timer: Timer,
    private readonly tabStorage: KeyValues,
  ) {}

  /** Loads the newest conversations, or the next page. */
  async load(next = false): Promise<void> {
    const { cursor } = this.#history;
    await this.#load(() => this.api.conversations(next ? cursor : ""), next);
  }

  /** Loads the newest conversations with the request that opens the page. */
  async loadFirst(start: () => Promise<ConversationPage>): Promise<void> {
    if (this.api.hasUser) return this.#load(start, false);
    // A new visitor has no history, so the list has no error to show.
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

  /** Filters the list by words in the titles, and loads older pages while there are few matches. */
  async search(query: string): Promise<void> {
    this.store.dispatch({ type: "history-query", query });
    await this.timer.pause(TYPING_MS);
    for (let pages = 0; pages < PAGES; pages += 1) {
      const { query: current, cursor, state } = this.#history;
      const enough = visible(this.#history).length >= FOUND;
      if (current !== query || query.trim() === "" || cursor === "" || enough) return;
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

  /** Removes the conversation from the list, and deletes it for good unless undone in time. */
  async remove(id: string): Promise<void> {
    void this.flush();
    const conversation = this.#find(id);
    if (!conversation) return;
    this.store.dispatch({ type: "deletion-pending", conversation });
    this.tabStorage.setItem(DELETING, id);
    await this.timer.pause(UNDO_MS);
    if (this.#history.pendingDeletion === conversation) await this.flush();
  }

  undo(): void {
    this.tabStorage.removeItem(DELETING);
    this.store.dispatch({ type: "deletion-pending", conversation: null });
  }

  /** Completes a deletion that could still be undone. Call it when the page is left. */
  async flush(): Promise<void> {
    const { pendingDeletion } = this.#history;
    if (!pendingDeletion) return;
    this.store.dispatch({ type: "conversation-removed", id: pendingDeletion.id });
    try {
      await this.#delete(pendingDeletion.id);
    } catch (error) {
      this.#forget(pendingDeletion.id);
      this.#notice(error);
      await this.load();
    }
  }

  async removeAll(): Promise<void> {
    await this.api.removeAll();
    this.store.dispatch({ type: "history-emptied" });
  }

  /** The exported file with a name. Null after a failure, which a notice explains. */
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

  /** Repeats a deletion that leaving the page may have cut off. */
  async #finishDeleting(): Promise<void> {
    const id = this.tabStorage.getItem(DELETING);
    if (id !== null && id !== this.#history.pendingDeletion?.id) await this.#delete(id);
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
    if (this.tabStorage.getItem(DELETING) === id) this.tabStorage.removeItem(DELETING);
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

/** The title without characters that some file systems do not allow. */
function fileName(title: string): string {
  return (
    title
      .replace(/[\s\p{Cc}\\/:*?"<>|]+/gu, " ")
      .replace(/^[.\s]+/, "")
      .slice(0, 80)
      .trim() || "chat"
  );
}
