import { t } from "../text/text.ts";
import { ApiError } from "./error.ts";

/** The OIDC provider for sign-in, and the page's client id there. */
export interface Oidc {
  issuer: string;
  client_id: string;
}

export interface Config {
  /** Address of the Function URL, without a slash at the end. */
  api: string;
  /** Null for a deployment without sign-in. */
  oidc: Oidc | null;
}

/** `/config.json` is written at deployment: the build contains no addresses. */
export async function loadConfig(fetch: typeof globalThis.fetch): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-cache" }).catch(() => null);
  const config = await response?.json().catch(() => null);
  if (!response?.ok || typeof config?.api !== "string") {
    throw new ApiError("config", t("error.config"), response?.status ?? 0);
  }
  const { issuer, client_id } = config.oidc ?? {};
  return {
    api: config.api.replace(/\/+$/, ""),
    oidc:
      typeof issuer === "string" && typeof client_id === "string" ? { issuer, client_id } : null,
  };
}
