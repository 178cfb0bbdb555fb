import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import { ulid } from "../ids.ts";
import { newestTip, versionsOf } from "./branch.ts";
import type { Drafts } from "./drafts.ts";
import { failureOf } from "./failure.ts";
import { newThread } from "./state.ts";
import type { Store } from "./store.ts";
import type { Turns, World } from "./turns.ts";

/** The thread on the screen: which conversation and which of its branches it shows. */
export class CurrentThread {
  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly turns: Turns,
    private readonly drafts: Drafts,
    private readonly world: World,
  ) {}

  /** Shows a conversation, or a new one for null. */
  async show(id: string | null): Promise<void> {
    if (id === null) this.#showNew();
    else await this.#open(id);
  }

  /** Loads what other tabs or devices added to this conversation. */
  async refresh(): Promise<void> {
    const { id, state, editing } = this.store.current;
    if (state !== "ready" || editing || this.turns.isReading(id)) return;
    // The next wake tries again.
    const detail = await this.api.conversation(id).catch(() => null);
    if (!detail || this.turns.isReading(id) || this.store.thread(id)?.editing) return;
    this.store.inThread(id, { type: "loaded", detail, at: this.world.now() });
    await this.turns.join(id);
  }

  async loadEarlier(): Promise<void> {
    const { id, earlier } = this.store.current;
    try {
      const detail = await this.api.conversation(id, earlier);
      this.store.inThread(id, { type: "earlier-loaded", detail });
    } catch (error) {
      const failure = failureOf(error, null, this.world.now());
      this.store.inThread(id, { type: "load-failed", failure });
    }
  }

  /** Shows the version before (-1) or after (1) this one, and the messages below it. */
  async showVersion(messageId: string, step: number): Promise<void> {
    const { id, messages, live } = this.store.current;
    const message = messages.find((each) => each.id === messageId);
    const versions = message ? versionsOf(messages, message) : [];
    const other = versions[versions.findIndex((each) => each.id === messageId) + step];
    if (!other || live) return;
    const head = newestTip(messages, other.id);
    this.store.inThread(id, { type: "branch-chosen", head, at: this.world.now() });
    // The next message names the branch it continues, so a failure here loses nothing.
    void this.api.chooseHead(id, head).catch(() => undefined);
    await this.turns.ended(id);
    await this.turns.join(id);
  }

  dismissFailure(): void {
    this.store.inCurrent({ type: "failure-dismissed" });
  }

  #showNew(): void {
    const threads = Object.values(this.store.state.peek().threads);
    const unused = threads.find(({ state, live }) => state === "new" && live === null);
    const thread = unused ?? newThread(ulid(this.world.now()), this.drafts.read(null));
    this.store.dispatch({ type: "thread-shown", thread });
  }

  async #open(id: string): Promise<void> {
    const thread = this.store.thread(id) ?? newThread(id, this.drafts.read(id));
    this.store.dispatch({ type: "thread-shown", thread });
    if (this.turns.isReading(id)) return;
    this.store.inThread(id, { type: "opening" });
    try {
      const detail = await this.api.conversation(id);
      // A message sent in the meantime is newer than the loaded page.
      if (this.turns.isReading(id)) return;
      this.store.inThread(id, { type: "loaded", detail, at: this.world.now() });
      await this.#reachHead(id);
    } catch (error) {
      if (this.turns.isReading(id)) return;
      this.#notOpened(id, error);
      return;
    }
    await this.turns.join(id);
  }

  /** Loads earlier pages until the end of the chosen branch is among them. */
  async #reachHead(id: string): Promise<void> {
    for (;;) {
      const thread = this.store.thread(id);
      if (!thread?.earlier || thread.messages.some((each) => each.id === thread.head)) return;
      const detail = await this.api.conversation(id, thread.earlier);
      this.store.inThread(id, { type: "earlier-loaded", detail });
    }
  }

  #notOpened(id: string, error: unknown): void {
    const absent = error instanceof ApiError && (error.status === 404 || error.status === 422);
    if (absent) this.store.inThread(id, { type: "missing" });
    else {
      const failure = failureOf(error, { kind: "reload" }, this.world.now());
      this.store.inThread(id, { type: "load-failed", failure });
    }
  }
}
