import { t } from "../text/text.ts";
import { ApiError } from "./error.ts";

export interface Config {
  /** Address of the Function URL, without a slash at the end. */
  api: string;
}

/** `/config.json` is written where the page is deployed; the build knows no address. */
export async function loadConfig(fetch: typeof globalThis.fetch): Promise<Config> {
  const response = await fetch("/config.json", { cache: "no-cache" }).catch(() => null);
  const config = await response?.json().catch(() => null);
  if (!response?.ok || typeof config?.api !== "string") {
    throw new ApiError("config", t("error.config"), response?.status ?? 0);
  }
  return { api: config.api.replace(/\/+$/, "") };
}
