interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

const WORKER = "/sw.js";

/** Registers the service worker, so that the page opens offline from the next visit on. */
export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const url = trusted()?.createScriptURL(WORKER) ?? WORKER;
  // Without it everything works except opening the page offline.
  await navigator.serviceWorker.register(url, { updateViaCache: "none" }).catch(() => undefined);
}

/** Allows the one script address that the page's trusted-types policy needs. */
function trusted() {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  return trustedTypes?.createPolicy("service-worker", {
    createScriptURL: (url) => {
      if (url !== WORKER) throw new TypeError("Only the service worker's address is trusted.");
      return url;
    },
  });
}
