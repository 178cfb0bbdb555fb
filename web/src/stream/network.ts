/** A reason to retry now: the network is back, or the person has returned to the page. */
export type Wake = "online" | "visible";

export interface Network {
  readonly online: boolean;
  /** Returns a function that removes the listener. */
  onWake(listener: (wake: Wake) => void): () => void;
}

/** The browser's view. It may report online although no request gets through. */
export function browserNetwork(): Network {
  const listeners = new Set<(wake: Wake) => void>();
  const wake = (why: Wake) => {
    for (const listener of [...listeners]) listener(why);
  };
  addEventListener("online", () => wake("online"));
  // A page restored from the back/forward cache has lost its connections.
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

/** Always online, never wakes. */
export const STEADY: Network = { online: true, onWake: () => () => undefined };

/** Resolves when online. Rejects with the signal's reason. */
export async function untilOnline(network: Network, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  while (!network.online) await nextWake(network, signal);
}

/** Resolves after a time, or at the next wake if that is earlier. Rejects as `untilOnline`. */
export async function rest(
  milliseconds: number,
  network: Network,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  try {
    await Promise.race([sleep(milliseconds, stop), nextWake(network, stop)]);
  } finally {
    over.abort();
  }
}

function nextWake(network: Network, signal: AbortSignal): Promise<void> {
  return unlessAborted(signal, (resolve) => network.onWake(resolve));
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return unlessAborted(signal, (resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    return () => clearTimeout(timer);
  });
}

/** `begin` returns a function that undoes it. */
function unlessAborted(
  signal: AbortSignal,
  begin: (resolve: () => void) => () => void,
): Promise<void> {
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
