import type { Api } from "../api/api.ts";
import { ApiError } from "../api/error.ts";
import type { Archive } from "./archive.ts";
import type { AnswerOptions } from "./state.ts";
import type { Store } from "./store.ts";

/** How replies are generated, and what the person has left of the day's tokens. */
export class Settings {
  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly archive: Archive,
  ) {}

  chooseAnswers(change: Partial<AnswerOptions>): void {
    const answers = { ...this.store.state.peek().answers, ...change };
    this.store.dispatch({ type: "answers-chosen", answers });
  }

  /** Sets a thread's system prompt; null removes it. */
  async setSystemPrompt(id: string, systemPrompt: string | null): Promise<void> {
    const thread = this.store.thread(id);
    const before = thread?.systemPrompt ?? null;
    if (systemPrompt === before) return;
    this.store.inThread(id, { type: "system-prompt-set", systemPrompt });
    if (thread?.state !== "ready") return;
    try {
      await this.api.change(id, { system_prompt: systemPrompt });
    } catch (error) {
      this.store.inThread(id, { type: "system-prompt-set", systemPrompt: before });
      this.archive.notify(ApiError.from(error).message);
    }
  }

  /** Loads the person's limits and budget. Throws ApiError. */
  async loadMe(): Promise<void> {
    this.store.dispatch({ type: "me-loaded", me: await this.api.me() });
  }
}
