/** Why a new try is worth it now: the network is back, or the person is. */
export type Wake = "online" | "visible";

export interface Network {
  readonly online: boolean;
  /** Returns a function that ends it. */
  onWake(listener: (wake: Wake) => void): () => void;
}

/** What the browser knows. It may say that it is online where nothing gets through. */
export function browserNetwork(): Network {
  const listeners = new Set<(wake: Wake) => void>();
  const wake = (why: Wake) => {
    for (const listener of [...listeners]) listener(why);
  };
  addEventListener("online", () => wake("online"));
  // A page that comes out of the back/forward cache lost its connections on the way in.
  addEventListener("pageshow", ({ persisted }) => persisted && wake("online"));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake("visible");
  });
  return {
    get online() {
      return navigator.onLine;
    },
    onWake(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Always there, and never asleep. */
export const STEADY: Network = { online: true, onWake: () => () => undefined };

/** Resolves when the network is there. Rejects with the signal's reason. */
export async function untilOnline(network: Network, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  while (!network.online) await nextWake(network, signal);
}

/** Resolves after a time, or as soon as a new try is worth it. Rejects as `untilOnline`. */
export async function rest(
  milliseconds: number,
  network: Network,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race([sleep(milliseconds, either), nextWake(network, either)]);
  } finally {
    over.abort();
  }
}

function nextWake(network: Network, signal: AbortSignal): Promise<void> {
  return unless(signal, (resolve) => network.onWake(resolve));
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return unless(signal, (resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    return () => clearTimeout(timer);
  });
}

/** `begin` returns how to end what it began. */
function unless(signal: AbortSignal, begin: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const end = begin(() => {
      signal.removeEventListener("abort", leave);
      end();
      resolve();
    });
    const leave = () => {
      end();
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
  });
}
