import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import type { Options, ReplyRequest } from "../api/wire.ts";
import { ConnectionLost, follow, type ReplySource } from "../stream/follow.ts";
import { type Network, untilOnline } from "../stream/network.ts";
import { characters } from "../stream/position.ts";
import { failureOf } from "./failure.ts";
import type { Failure, LiveReply } from "./state.ts";
import type { Store } from "./store.ts";
import type { Tabs } from "./tabs.ts";

const POLL_MS = 1_500;
const POLL_FAILURES = 5;
const STOP_PAUSES_MS = [1_000, 2_000];

/** Everything outside the page's own state. Tests replace it. */
export interface World {
  now(): number;
  pause(milliseconds: number): Promise<void>;
  network: Network;
  tabs: Tabs;
}

interface Reading {
  leaving: AbortController;
  ended: Promise<void>;
}

/** Reads replies into the store. They continue while another thread is on the screen. */
export class Turns {
  readonly #reading = new Map<string, Reading>();

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly world: World,
  ) {}

  /** True while a reply in this thread is coming in. */
  isReading(thread: string): boolean {
    return this.#reading.has(thread);
  }

  /** Requests a reply and reads it to its end. */
  async request(thread: string, request: ReplyRequest, options: Options): Promise<void> {
    if (this.#live(thread)) return;
    this.store.inThread(thread, { type: "reply-requested", request, at: this.world.now() });
    // The previous reply has ended, but its connection may take a moment longer to close.
    if (this.isReading(thread)) await this.ended(thread);
    await this.#read(thread, this.api.newReply(thread, request, options), remedyOf(request));
  }

  /** Follows a reply that was being written when its conversation was loaded. */
  async join(thread: string): Promise<void> {
    const replyId = this.#live(thread)?.replyId;
    if (!replyId || this.isReading(thread)) return;
    await this.#read(thread, this.api.existingReply(thread, replyId), () => RELOAD);
  }

  /** Stops the reply at once, or as soon as the server has given it an id. */
  async stop(thread: string): Promise<void> {
    const live = this.#live(thread);
    if (!live || live.stopping) return;
    if (live.queued) return this.#reading.get(thread)?.leaving.abort(new Withdrawn());
    this.store.inThread(thread, { type: "stopping" });
    if (live.accepted && live.replyId) await this.#stop(thread, live.replyId);
  }

  /** Resolves when no reply in this thread is coming in. */
  async ended(thread: string): Promise<void> {
    await this.#reading.get(thread)?.ended;
  }

  async #stop(thread: string, replyId: string): Promise<void> {
    for (const pause of [...STOP_PAUSES_MS, null]) {
      try {
        return await this.api.stop(thread, replyId);
      } catch (error) {
        if (this.#live(thread)?.replyId !== replyId) return;
        if (pause === null || !(error instanceof ApiError && error.temporary)) {
          const failure = failureOf(error, null, this.world.now());
          this.store.inThread(thread, { type: "stop-failed", failure });
          return;
        }
        await this.world.pause(pause);
      }
    }
  }

  #live(thread: string): LiveReply | null {
    return this.store.thread(thread)?.live ?? null;
  }

  async #read(
    thread: string,
    source: ReplySource,
    remedy: (error: unknown) => Remedy,
  ): Promise<void> {
    const leaving = new AbortController();
    const ended = this.#readToEnd(thread, source, leaving.signal, remedy);
    this.#reading.set(thread, { leaving, ended });
    await ended.finally(() => this.#reading.delete(thread));
  }

  async #readToEnd(
    thread: string,
    source: ReplySource,
    signal: AbortSignal,
    remedy: (error: unknown) => Remedy,
  ): Promise<void> {
    try {
      if (!this.world.network.online) {
        this.store.inThread(thread, { type: "queued" });
        await untilOnline(this.world.network, signal);
      }
      await this.#follow(thread, source, signal);
    } catch (error) {
      if (error instanceof Withdrawn) return this.store.inThread(thread, { type: "withdrawn" });
      const accepted = this.#live(thread)?.accepted;
      const failure = failureOf(error, accepted ? RELOAD : remedy(error), this.world.now());
      this.store.inThread(thread, { type: "turn-failed", failure });
    }
  }

  async #follow(thread: string, source: ReplySource, signal: AbortSignal): Promise<void> {
    const live = this.#live(thread);
    if (!live) return;
    const { accepted, replyId, text } = live;
    const following = {
      ...{ signal, position: characters(text), network: this.world.network },
      ...(accepted && replyId ? { replyId } : {}),
    };
    try {
      for await (const event of follow(source, following)) {
        this.store.inThread(thread, { type: "turn-event", event, at: this.world.now() });
        if (event.type !== "turn") continue;
        this.world.tabs.tell(thread);
        if (this.#live(thread)?.stopping) void this.#stop(thread, event.reply_id);
      }
    } catch (error) {
      if (!this.#isSaved(thread, error)) throw error;
      await this.#poll(thread);
    }
  }

  /** The server has the reply but cannot stream it: already sent (409), or not resumable (404). */
  #isSaved(thread: string, error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    return error.status === (this.#live(thread)?.accepted ? 404 : 409);
  }

  /** Reloads the conversation until the reply has ended. */
  async #poll(thread: string): Promise<void> {
    for (let failures = 0; failures < POLL_FAILURES; ) {
      try {
        const detail = await this.api.conversation(thread);
        this.store.inThread(thread, { type: "loaded", detail, at: this.world.now() });
        failures = 0;
      } catch (error) {
        if (!(error instanceof ApiError && error.temporary)) throw error;
        failures += 1;
      }
      if (!this.store.thread(thread)?.live) return;
      await this.world.pause(POLL_MS);
    }
    throw new ConnectionLost();
  }
}

/** The person took the message back before it was sent. Not a failure. */
class Withdrawn extends Error {}

type Remedy = Failure["remedy"];

const RELOAD: Remedy = { kind: "reload" };

/** Repeats the request. A regenerate that may have arrived reloads, to avoid a second reply. */
function remedyOf(request: ReplyRequest): (error: unknown) => Remedy {
  return (error) =>
    request.kind === "regenerate" && ApiError.from(error).status === 0 ? RELOAD : request;
}
