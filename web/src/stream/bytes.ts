import type { Network } from "./network.ts";

/** Nothing came for so long that the connection must be dead: the server is never this quiet. */
export class Silence extends Error {
  constructor(milliseconds: number) {
    super(`Nothing came over the connection for ${Math.round(milliseconds / 1000)} s.`);
    this.name = "Silence";
  }
}

/** When a connection that says nothing is given up. */
export interface Patience {
  silenceMs: number;
  /** The same for a person who comes back to the page: timers stand still while a phone sleeps. */
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
    // A connection that broke refuses to be cancelled; there is nothing left to close then.
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
    // A connection from before the network was away is dead, whether it knows or not.
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
