import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import type { Ask, Message, Outgoing } from "../api/wire.ts";
import type { Wake } from "../stream/network.ts";
import { Archive } from "./archive.ts";
import { branchOf, newestTip, tipOf, versionsOf } from "./branch.ts";
import type { Drafts } from "./drafts.ts";
import { failureOf } from "./failure.ts";
import { type Answers, newThread, type Thread } from "./state.ts";
import type { KeyValues } from "./storage.ts";
import { currentThread, isSendable, optionsOf, type Store } from "./store.ts";
import { Turns, type World } from "./turns.ts";
import { ulid } from "./ulid.ts";
import { uuid } from "./uuid.ts";

// The server warms a model once a minute, however often it is asked to.
const WARM_AGAIN_MS = 60_000;

/** Everything a person can do on the page. */
export class Chat {
  readonly archive: Archive;
  readonly #turns: Turns;
  readonly #warmed = new Map<string, number>();

  constructor(
    readonly store: Store,
    private readonly api: Api,
    private readonly drafts: Drafts,
    private readonly world: World,
    ofTab: KeyValues,
  ) {
    this.archive = new Archive(store, api, world, ofTab);
    this.#turns = new Turns(store, api, world);
    world.network.onWake((wake) => void this.#wake(wake));
    world.tabs.onTold((id) => id === this.#thread.id && void this.#refresh());
  }

  /** Shows a conversation, or a new one for null. */
  async show(id: string | null): Promise<void> {
    if (id === null) this.#showNew();
    else await this.#open(id);
  }

  edit(text: string): void {
    this.#here({ type: "draft-edited", text });
  }

  /** For this conversation, and for new ones from now on. */
  chooseModel(model: string): void {
    this.#here({ type: "model-chosen", model });
    this.chooseAnswers({ model });
  }

  chooseAnswers(change: Partial<Answers>): void {
    const answers = { ...this.store.state.peek().answers, ...change };
    this.store.dispatch({ type: "answers-chosen", answers });
  }

  /** Gives a thread a system prompt, or for null takes it away. */
  async instruct(id: string, systemPrompt: string | null): Promise<void> {
    const thread = this.store.thread(id);
    const before = thread?.systemPrompt ?? null;
    if (systemPrompt === before) return;
    this.store.inThread(id, { type: "instructed", systemPrompt });
    if (thread?.state !== "ready") return;
    try {
      await this.api.change(id, { system_prompt: systemPrompt });
    } catch (error) {
      this.store.inThread(id, { type: "instructed", systemPrompt: before });
      this.archive.notify(ApiError.from(error).message);
    }
  }

  /** What the person may, and what is left of the day. Throws ApiError. */
  async loadMe(): Promise<void> {
    this.store.dispatch({ type: "me-loaded", me: await this.api.me() });
  }

  forgetDrafts(): void {
    this.drafts.forgetAll();
  }

  dismissFailure(): void {
    this.#here({ type: "failure-dismissed" });
  }

  /** Sends the draft. The same text after a failure is the same message: it gets one answer. */
  async send(): Promise<void> {
    const thread = this.#thread;
    if (!isSendable(thread)) return;
    const parent = tipOf(thread);
    await this.#send(thread.draft, parent === null ? {} : { parent_id: parent });
  }

  startEditing(messageId: string): void {
    const message = this.#message(messageId);
    if (message) this.#here({ type: "editing", editing: { messageId, text: message.content } });
  }

  changeEdited(text: string): void {
    const { editing } = this.#thread;
    if (editing) this.#here({ type: "editing", editing: { ...editing, text } });
  }

  cancelEditing(): void {
    this.#here({ type: "editing", editing: null });
  }

  /** Sends another version of a message, beside the one that was sent. */
  async sendEdited(): Promise<void> {
    const { editing } = this.#thread;
    const message = editing && this.#message(editing.messageId);
    if (message) await this.#send(editing.text, { parent_id: message.parent_id });
  }

  async stop(): Promise<void> {
    await this.#turns.stop(this.#thread.id);
  }

  /** Lets a reply that broke off go on. */
  async continueReply(replyId: string): Promise<void> {
    await this.#ask({ kind: "continue", replyId });
  }

  /** Another reply to the same message, beside the one there is. */
  async regenerate(replyId: string): Promise<void> {
    await this.#ask({ kind: "regenerate", replyId });
  }

  /** Lets another model answer what this one has not begun to answer. */
  async changeTo(model: string): Promise<void> {
    const { id, live } = this.#thread;
    this.#here({ type: "model-chosen", model });
    if (!live?.replyId) return;
    await this.#turns.stop(id);
    await this.#turns.over(id);
    // What came in the meantime is worth keeping.
    const reply = this.store.thread(id)?.messages.find((each) => each.id === live.replyId);
    if (reply?.outcome !== "stopped" || reply.content !== "") return;
    const ask: Ask = { kind: "regenerate", replyId: live.replyId };
    await this.#turns.ask(id, ask, { ...optionsOf(this.store.state.peek()), model });
  }

  /** The last message on the screen, to be written anew. */
  editLast(): void {
    const thread = this.#thread;
    const last = branchOf(thread).findLast(({ role }) => role === "user");
    if (last && !thread.live) this.startEditing(last.id);
  }

  /** Shows the version before (-1) or after (1) this one, and what came of it. */
  async showVersion(messageId: string, step: number): Promise<void> {
    const { id, messages, live } = this.#thread;
    const message = this.#message(messageId);
    const versions = message ? versionsOf(messages, message) : [];
    const other = versions[versions.findIndex((each) => each.id === messageId) + step];
    if (!other || live) return;
    const head = newestTip(messages, other.id);
    this.#here({ type: "branch-chosen", head, at: this.world.now() });
    // The next message names the branch it goes on from, so nothing is lost if this is.
    void this.api.chooseHead(id, head).catch(() => undefined);
    await this.#turns.over(id);
    await this.#turns.join(id);
  }

  /** Does what the failure on the screen needs. */
  async retry(): Promise<void> {
    const { id, failure } = this.#thread;
    if (failure?.remedy?.kind === "reload") await this.#open(id);
    else if (failure?.remedy) await this.#ask(failure.remedy);
  }

  async loadModels(): Promise<void> {
    // Without the list the server's default model answers: nothing a person must know about.
    const models = await this.api.models().catch(() => null);
    if (models) this.store.dispatch({ type: "models-loaded", models });
  }

  /** Has a model loaded that the next message will go to. Nobody waits for it. */
  async warm(model: string): Promise<void> {
    const now = this.world.now();
    if (now - (this.#warmed.get(model) ?? Number.NEGATIVE_INFINITY) < WARM_AGAIN_MS) return;
    this.#warmed.set(model, now);
    await this.api.warm(model).catch(() => undefined);
  }

  async loadEarlier(): Promise<void> {
    const { id, earlier } = this.#thread;
    try {
      const detail = await this.api.conversation(id, earlier);
      this.store.inThread(id, { type: "earlier-loaded", detail });
    } catch (error) {
      const failure = failureOf(error, null, this.world.now());
      this.store.inThread(id, { type: "load-failed", failure });
    }
  }

  async #wake(wake: Wake): Promise<void> {
    if (wake === "online" && this.store.state.peek().models.length === 0) void this.loadModels();
    if (this.#thread.failure?.remedy?.kind === "reload") await this.#open(this.#thread.id);
    else await this.#refresh();
  }

  /** Brings in what happened to this conversation elsewhere. */
  async #refresh(): Promise<void> {
    const { id, state, editing } = this.#thread;
    if (state !== "ready" || editing || this.#turns.reading(id)) return;
    // The next wake tries again.
    const detail = await this.api.conversation(id).catch(() => null);
    if (!detail || this.#turns.reading(id) || this.store.thread(id)?.editing) return;
    this.store.inThread(id, { type: "loaded", detail, at: this.world.now() });
    await this.#turns.join(id);
  }

  get #thread(): Thread {
    return currentThread(this.store.state.peek());
  }

  #message(id: string): Message | undefined {
    return this.#thread.messages.find((message) => message.id === id);
  }

  async #send(text: string, parent: Pick<Outgoing, "parent_id">): Promise<void> {
    const content = text.trim();
    if (content === "") return;
    const { failed } = this.#thread;
    const same = failed?.content === content && failed.parent_id === parent.parent_id;
    await this.#ask({
      kind: "send",
      message: same ? failed : { id: uuid(), content, ...parent },
    });
  }

  #ask(ask: Ask): Promise<void> {
    return this.#turns.ask(this.#thread.id, ask, optionsOf(this.store.state.peek()));
  }

  #here(event: Parameters<Store["inThread"]>[1]): void {
    this.store.inThread(this.#thread.id, event);
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
    if (this.#turns.reading(id)) return;
    this.store.inThread(id, { type: "opening" });
    try {
      const detail = await this.api.conversation(id);
      // A message sent in the meantime is newer than what was loaded.
      if (this.#turns.reading(id)) return;
      this.store.inThread(id, { type: "loaded", detail, at: this.world.now() });
      await this.#reachHead(id);
    } catch (error) {
      if (this.#turns.reading(id)) return;
      this.#notOpened(id, error);
      return;
    }
    await this.#turns.join(id);
  }

  /** A branch that was left long ago ends on an earlier page. */
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
