import { t } from "../text/text.ts";

interface ErrorBody {
  error?: { code?: string; message?: string; limit?: string };
}

/** The server refused, or could not be reached (status 0). The message says what to do. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    /** Seconds from Retry-After, if the server sent it. */
    readonly retryAfter: number | null = null,
    /** Name of the limit that was reached, if any. */
    readonly limit: string | null = null,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** The same request may go through later. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  static unreachable(): ApiError {
    return new ApiError("unreachable", t("error.unreachable"), 0);
  }

  /** Wraps whatever fetch or a broken connection threw. */
  static from(error: unknown): ApiError {
    return error instanceof ApiError ? error : ApiError.unreachable();
  }

  static async fromResponse(response: Response): Promise<ApiError> {
    const body = await response.json().catch(() => null);
    const { code, message, limit } = (body as ErrorBody | null)?.error ?? {};
    return new ApiError(
      code ?? `http_${response.status}`,
      message ?? t("error.http", { status: response.status }),
      response.status,
      seconds(response.headers.get("retry-after")),
      limit ?? null,
    );
  }
}

function seconds(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
