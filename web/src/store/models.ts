import type { Api } from "../api/api.ts";
import type { Start } from "../api/wire.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

// The server warms a model at most once a minute.
const WARM_AGAIN_MS = 60_000;

interface Clock {
  now(): number;
}

/** The models on offer, and the chosen one. */
export class Models {
  readonly #warmed = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async load(): Promise<void> {
    // Without the list the server's default model answers, so a failure needs no notice.
    const models = await this.api.models().catch(() => null);
    if (models) this.store.dispatch({ type: "models-loaded", models });
  }

  /** Keeps the list from the request that opened the page, and which model the server is warming. */
  opened(start: Start, wanted: string | null): void {
    const listed = start.models.find(({ id }) => id === wanted)?.id;
    this.#warmed.set(start.warming ?? listed ?? start.default, this.clock.now());
    this.store.dispatch({ type: "models-loaded", models: start });
  }

  /** For this conversation, and for new ones from now on. */
  choose(model: string): void {
    this.store.inCurrent({ type: "model-chosen", model });
    this.settings.chooseAnswers({ model });
  }

  /** Has the server load the model that the next message will go to. Failures are ignored. */
  async warm(model: string): Promise<void> {
    const now = this.clock.now();
    if (now - (this.#warmed.get(model) ?? Number.NEGATIVE_INFINITY) < WARM_AGAIN_MS) return;
    this.#warmed.set(model, now);
    await this.api.warm(model).catch(() => undefined);
  }
}
