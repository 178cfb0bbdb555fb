import { ApiError } from "../api/error.ts";
import { ConnectionLost } from "../stream/follow.ts";
import { t } from "../text/text.ts";
import type { Failure } from "./state.ts";

export function failureOf(error: unknown, remedy: Failure["remedy"]): Failure {
  if (error instanceof ConnectionLost) {
    return { message: t("error.lost"), retryAfter: null, remedy: { kind: "reload" } };
  }
  const { message, retryAfter } = ApiError.from(error);
  return { message, retryAfter, remedy };
}
