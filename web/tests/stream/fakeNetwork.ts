import type { Network, Wake } from "../../src/stream/network.ts";

/** A network that a test can switch off and on. */
export class FakeNetwork implements Network {
  readonly #listeners = new Set<(wake: Wake) => void>();

  constructor(public online = true) {}

  onWake(listener: (wake: Wake) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  wake(why: Wake): void {
    if (why === "online") this.online = true;
    for (const listener of [...this.#listeners]) listener(why);
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}
