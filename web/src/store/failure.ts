import { ApiError } from "../api/error.ts";
import { ConnectionLost } from "../stream/follow.ts";
import { type TextKey, t } from "../text/text.ts";
import type { Failure } from "./state.ts";

const LIMITS: Record<string, TextKey> = {
  requests_per_minute: "limit.requests",
  token_budget_per_day: "limit.budget",
  global_token_budget_per_day: "limit.globalBudget",
  concurrent_streams: "limit.streams",
  warmups_per_minute: "limit.warmups",
};

/** `now` in milliseconds since the epoch. */
export function failureOf(error: unknown, remedy: Failure["remedy"], now: number): Failure {
  if (error instanceof ConnectionLost) {
    return { message: t("error.lost"), retryAt: null, remedy: { kind: "reload" } };
  }
  const { message, retryAfter, limit } = ApiError.from(error);
  const words = LIMITS[limit ?? ""];
  return {
    message: words ? t(words) : message,
    retryAt: retryAfter === null ? null : now + retryAfter * 1_000,
    remedy,
  };
}
