import type { Api } from "../api/api.ts";
import type { Wake } from "../stream/network.ts";
import { Archive } from "./archive.ts";
import { Composer } from "./composer.ts";
import type { Drafts } from "./drafts.ts";
import { Models } from "./models.ts";
import { Replies } from "./replies.ts";
import { Settings } from "./settings.ts";
import type { KeyValues } from "./storage.ts";
import type { Store } from "./store.ts";
import { CurrentThread } from "./thread.ts";
import { Turns, type World } from "./turns.ts";

/** Everything a person can do on the page, by subject. */
export class Chat {
  readonly archive: Archive;
  readonly composer: Composer;
  readonly models: Models;
  readonly replies: Replies;
  readonly settings: Settings;
  readonly thread: CurrentThread;
  #starting: Promise<void> | null = null;

  constructor(
    readonly store: Store,
    private readonly api: Api,
    drafts: Drafts,
    world: World,
    tabStorage: KeyValues,
  ) {
    const turns = new Turns(store, api, world);
    this.archive = new Archive(store, api, world, tabStorage);
    this.settings = new Settings(store, api, this.archive);
    this.models = new Models(store, api, this.settings, world);
    this.replies = new Replies(store, turns);
    this.composer = new Composer(store, this.replies, drafts);
    this.thread = new CurrentThread(store, api, turns, drafts, world);
    world.network.onWake((wake) => void this.#wake(wake));
    world.tabs.onTold((id) => id === store.current.id && void this.thread.refresh());
  }

  /** Loads what the page opens with, in one request. After a failure the next wake tries again. */
  start(): Promise<void> {
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** Applies the remedy of the failure on the screen. */
  async retry(): Promise<void> {
    const { id, failure } = this.store.current;
    if (failure?.remedy?.kind === "reload") await this.thread.show(id);
    else if (failure?.remedy) await this.replies.request(failure.remedy);
  }

  async #start(): Promise<void> {
    const { model } = this.store.state.peek().answers;
    await this.archive.loadFirst(async () => {
      const start = await this.api.start(model);
      this.models.opened(start, model);
      this.store.dispatch({ type: "me-loaded", me: start.me });
      return start;
    });
  }

  async #wake(wake: Wake): Promise<void> {
    const { models } = this.store.state.peek();
    if (wake === "online" && models.length === 0) void this.start();
    if (this.store.current.failure?.remedy?.kind === "reload") await this.retry();
    else await this.thread.refresh();
  }
}
