import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import type { Outgoing } from "../api/wire.ts";
import { ConnectionLost, type Following, follow, type Line } from "../stream/follow.ts";
import { characters } from "../stream/position.ts";
import { failureOf } from "./failure.ts";
import type { Store } from "./store.ts";

const POLL_MS = 1_500;
const POLL_FAILURES = 5;

export interface Clock {
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

/** Brings replies into the store. They go on while another thread is on the screen. */
export class Turns {
  readonly #reading = new Map<string, AbortController>();

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly clock: Clock,
  ) {}

  /** A reply of this thread is coming in right now. */
  reading(thread: string): boolean {
    return this.#reading.has(thread);
  }

  /** Sends a message, or sends it again, and reads the reply to its end. */
  async send(thread: string, message: Outgoing, model: string | null): Promise<void> {
    if (this.reading(thread)) return;
    this.store.inThread(thread, { type: "sent", message, at: this.clock.now() });
    await this.#read(thread, this.api.line(thread, message, model), message);
  }

  /** Reads on in a reply that was under way when its conversation was loaded. */
  async join(thread: string): Promise<void> {
    const live = this.store.thread(thread)?.live;
    if (!live?.replyId || this.reading(thread)) return;
    const from = { replyId: live.replyId, position: characters(live.text) };
    await this.#read(thread, this.api.line(thread, null, null), null, from);
  }

  async #read(
    thread: string,
    line: Line,
    message: Outgoing | null,
    from?: Following["from"],
  ): Promise<void> {
    const leaving = new AbortController();
    this.#reading.set(thread, leaving);
    try {
      await this.#follow(thread, line, { signal: leaving.signal, ...(from ? { from } : {}) });
    } catch (error) {
      const accepted = this.store.thread(thread)?.live?.replyId;
      const failure = failureOf(
        error,
        message && !accepted ? { kind: "send", message } : { kind: "reload" },
      );
      this.store.inThread(thread, { type: "turn-failed", failure });
    } finally {
      this.#reading.delete(thread);
    }
  }

  async #follow(thread: string, line: Line, following: Following): Promise<void> {
    try {
      for await (const event of follow(line, following)) {
        this.store.inThread(thread, { type: "turn-event", event, at: this.clock.now() });
      }
    } catch (error) {
      if (!this.#isSaved(thread, error)) throw error;
      await this.#poll(thread);
    }
  }

  /** The server cannot stream the reply, but has it: it was sent before, or cannot be resumed. */
  #isSaved(thread: string, error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    const accepted = Boolean(this.store.thread(thread)?.live?.replyId);
    return accepted ? error.status === 404 : error.status === 409;
  }

  /** Reloads the conversation until the reply is no longer being written. */
  async #poll(thread: string): Promise<void> {
    for (let failures = 0; failures < POLL_FAILURES; ) {
      try {
        const detail = await this.api.conversation(thread);
        this.store.inThread(thread, { type: "loaded", detail, at: this.clock.now() });
        failures = 0;
      } catch (error) {
        if (!(error instanceof ApiError && error.temporary)) throw error;
        failures += 1;
      }
      if (!this.store.thread(thread)?.live) return;
      await this.clock.pause(POLL_MS);
    }
    throw new ConnectionLost();
  }
}
