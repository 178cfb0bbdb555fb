import type { TokenStore } from "../../src/api/session.ts";

export interface SentRequest {
  method: string;
  path: string;
  token: string | null;
  body: unknown;
}

type Answer = (request: SentRequest) => Response | Error | Promise<Response>;

/** A fake server behind `fetch`. Routes are "METHOD /path"; all else is a 404. */
export class FakeServer {
  readonly requests: SentRequest[] = [];

  constructor(readonly routes: Record<string, Answer> = {}) {}

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    const headers = new Headers(init?.headers);
    const request: SentRequest = {
      method: init?.method ?? "GET",
      path: url.pathname + url.search,
      token: headers.get("authorization")?.replace("Bearer ", "") ?? null,
      body: init?.body === undefined ? null : JSON.parse(String(init.body)),
    };
    this.requests.push(request);
    const answer = await this.routes[`${request.method} ${url.pathname}`]?.(request);
    if (answer instanceof Error) throw answer;
    return answer ?? refusal(404, "not_found", "There is nothing here.");
  };

  paths(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }
}

export function json(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}

export function refusal(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return json({ error: { code, message } }, { status, headers });
}

export function tokenStore(token: string | null = "token"): TokenStore {
  let kept = token;
  return {
    read: () => kept,
    write: (next) => {
      kept = next;
    },
    remove: () => {
      kept = null;
    },
  };
}
