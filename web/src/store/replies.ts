import type { ReplyRequest } from "../api/wire.ts";
import { optionsOf, type Store } from "./store.ts";
import type { Turns } from "./turns.ts";

/** Requests replies in the thread on the screen, and stops them. */
export class Replies {
  constructor(
    private readonly store: Store,
    private readonly turns: Turns,
  ) {}

  async request(request: ReplyRequest): Promise<void> {
    await this.turns.request(this.store.current.id, request, optionsOf(this.store.state.peek()));
  }

  /** Continues a reply that broke off. */
  async continue(replyId: string): Promise<void> {
    await this.request({ kind: "continue", replyId });
  }

  /** Requests another reply to the same message, beside the existing one. */
  async regenerate(replyId: string): Promise<void> {
    await this.request({ kind: "regenerate", replyId });
  }

  async stop(): Promise<void> {
    await this.turns.stop(this.store.current.id);
  }

  /** Has another model answer, unless text of the live reply has come in by then. */
  async switchModel(model: string): Promise<void> {
    const { id, live } = this.store.current;
    this.store.inCurrent({ type: "model-chosen", model });
    if (!live?.replyId) return;
    await this.turns.stop(id);
    await this.turns.ended(id);
    // Keep text that came in the meantime.
    const reply = this.store.thread(id)?.messages.find((each) => each.id === live.replyId);
    if (reply?.outcome !== "stopped" || reply.content !== "") return;
    const request: ReplyRequest = { kind: "regenerate", replyId: live.replyId };
    await this.turns.request(id, request, { ...optionsOf(this.store.state.peek()), model });
  }
}
