import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import type { Outgoing } from "../api/wire.ts";
import type { Drafts } from "./drafts.ts";
import { failureOf } from "./failure.ts";
import { newThread, type Thread } from "./state.ts";
import { chosenModel, currentThread, type Store } from "./store.ts";
import { type Clock, Turns } from "./turns.ts";
import { ulid } from "./ulid.ts";
import { uuid } from "./uuid.ts";

/** Everything a person can do on the page. */
export class Chat {
  readonly #turns: Turns;

  constructor(
    readonly store: Store,
    private readonly api: Api,
    private readonly drafts: Drafts,
    private readonly clock: Clock,
  ) {
    this.#turns = new Turns(store, api, clock);
  }

  /** Shows a conversation, or a new one for null. */
  async show(id: string | null): Promise<void> {
    if (id === null) this.#showNew();
    else await this.#open(id);
  }

  edit(text: string): void {
    this.#here({ type: "draft-edited", text });
  }

  chooseModel(model: string): void {
    this.#here({ type: "model-chosen", model });
  }

  dismissFailure(): void {
    this.#here({ type: "failure-dismissed" });
  }

  /** Sends the draft. The same text after a failure is the same message: it gets one answer. */
  async send(): Promise<void> {
    const { id, draft, failure } = this.#thread;
    const content = draft.trim();
    if (content === "") return;
    const unsent = failure?.remedy?.kind === "send" ? failure.remedy.message : null;
    const message = unsent?.content === content ? unsent : { id: uuid(), content };
    await this.#send(id, message);
  }

  /** Does what the failure on the screen needs. */
  async retry(): Promise<void> {
    const { id, failure } = this.#thread;
    if (failure?.remedy?.kind === "send") await this.#send(id, failure.remedy.message);
    else if (failure?.remedy?.kind === "reload") await this.#open(id);
  }

  /** Asks the last question anew after its reply failed. */
  async answerAgain(): Promise<void> {
    const { id, messages } = this.#thread;
    const message = messages.findLast(({ role }) => role === "user");
    if (message) await this.#send(id, { id: uuid(), content: message.content });
  }

  async loadModels(): Promise<void> {
    // Without the list the server's default model answers: nothing a person must know about.
    const models = await this.api.models().catch(() => null);
    if (models) this.store.dispatch({ type: "models-loaded", models });
  }

  /** The newest conversations, or those after the ones on the list. */
  async loadHistory(next = false): Promise<void> {
    if (!this.api.known) return;
    const { cursor, state } = this.store.state.peek().history;
    if (state === "loading") return;
    this.store.dispatch({ type: "history-loading" });
    try {
      const page = await this.api.conversations(next ? cursor : "");
      this.store.dispatch({ type: "history-loaded", page, next });
    } catch (error) {
      this.store.dispatch({ type: "history-failed", message: ApiError.from(error).message });
    }
  }

  async loadEarlier(): Promise<void> {
    const { id, earlier } = this.#thread;
    try {
      const detail = await this.api.conversation(id, earlier);
      this.store.inThread(id, { type: "earlier-loaded", detail });
    } catch (error) {
      const failure = failureOf(error, null);
      this.store.inThread(id, { type: "load-failed", failure });
    }
  }

  get #thread(): Thread {
    return currentThread(this.store.state.peek());
  }

  #send(thread: string, message: Outgoing): Promise<void> {
    return this.#turns.send(thread, message, chosenModel(this.store.state.peek()));
  }

  #here(event: Parameters<Store["inThread"]>[1]): void {
    this.store.inThread(this.#thread.id, event);
  }

  #showNew(): void {
    const threads = Object.values(this.store.state.peek().threads);
    const unused = threads.find(({ state, live }) => state === "new" && live === null);
    const thread = unused ?? newThread(ulid(this.clock.now()), this.drafts.read(null));
    this.store.dispatch({ type: "thread-shown", thread });
  }

  async #open(id: string): Promise<void> {
    const thread = this.store.thread(id) ?? newThread(id, this.drafts.read(id));
    this.store.dispatch({ type: "thread-shown", thread });
    if (this.#turns.reading(id)) return;
    this.store.inThread(id, { type: "opening" });
    try {
      const detail = await this.api.conversation(id);
      // A message sent in the meantime is newer than what was loaded.
      if (this.#turns.reading(id)) return;
      this.store.inThread(id, { type: "loaded", detail, at: this.clock.now() });
    } catch (error) {
      if (this.#turns.reading(id)) return;
      this.#notOpened(id, error);
      return;
    }
    await this.#turns.join(id);
  }

  #notOpened(id: string, error: unknown): void {
    const absent = error instanceof ApiError && (error.status === 404 || error.status === 422);
    if (absent) this.store.inThread(id, { type: "missing" });
    else {
      const failure = failureOf(error, { kind: "reload" });
      this.store.inThread(id, { type: "load-failed", failure });
    }
  }
}
