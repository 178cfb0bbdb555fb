import type { Network } from "./network.ts";

/** Nothing came for longer than the server is ever silent, so the connection must be dead. */
export class Silence extends Error {
  constructor(milliseconds: number) {
    super(`Nothing came over the connection for ${Math.round(milliseconds / 1000)} s.`);
    this.name = "Silence";
  }
}

/** When to give up a silent connection. */
export interface Patience {
  silenceMs: number;
  /** The limit when the person returns to the page, because timers stop while a phone sleeps. */
  quietMs: number;
  network: Network;
}

/** The chunks of a body. Leaving the loop early closes the connection. */
export async function* bytesOf(
  body: ReadableStream<Uint8Array>,
  patience: Patience,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(patience, reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // Cancelling a broken connection rejects; there is nothing left to close.
    reader.cancel().catch(() => undefined);
  }
}

async function within<T>(patience: Patience, work: Promise<T>): Promise<T> {
  const { silenceMs, quietMs, network } = patience;
  const since = Date.now();
  let forget = () => {};
  const silence = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Silence(Date.now() - since));
    const timer = setTimeout(giveUp, silenceMs);
    // A connection from before a network outage is dead, even if it reports no error.
    const unwatch = network.onWake((wake) => {
      if (wake === "online" || Date.now() - since > quietMs) giveUp();
    });
    forget = () => {
      clearTimeout(timer);
      unwatch();
    };
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    forget();
  }
}
