interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

const WORKER = "/sw.js";

/** Has the page open without a network from the next time on. */
export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const url = trusted()?.createScriptURL(WORKER) ?? WORKER;
  // Without it everything works that has a network.
  await navigator.serviceWorker.register(url, { updateViaCache: "none" }).catch(() => undefined);
}

/** The one script address that the page's policy (trusted-types) lets code name. */
function trusted() {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy("service-worker", {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError("Only the service worker's address is trusted.");
      return url;
    },
  });
}
