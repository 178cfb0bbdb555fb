import type { Line } from "../stream/follow.ts";
import { ApiError } from "./error.ts";
import { Session, type TokenStore } from "./session.ts";
import type { ConversationDetail, ConversationPage, Models, Outgoing } from "./wire.ts";

interface Request {
  method?: "GET" | "POST";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The chat's HTTP API. Every method throws ApiError, or the signal's reason when aborted. */
export class Api {
  readonly #session: Session;

  constructor(
    private readonly base: string,
    tokens: TokenStore,
    private readonly fetch: typeof globalThis.fetch,
  ) {
    this.#session = new Session(tokens, () => this.#createSession());
  }

  /** False until this browser was given a user; its history is empty then. */
  get known(): boolean {
    return this.#session.token !== null;
  }

  async models(): Promise<Models> {
    return (await this.#send("/api/models")).json();
  }

  /** Newest first. `cursor` "" is the first page. */
  async conversations(cursor: string): Promise<ConversationPage> {
    return (await this.#send(`/api/conversations${query(cursor)}`)).json();
  }

  /** Its newest messages, or the ones before a cursor, oldest first. */
  async conversation(id: string, cursor = ""): Promise<ConversationDetail> {
    return (
      await this.#send(`/api/conversations/${encodeURIComponent(id)}${query(cursor)}`)
    ).json();
  }

  /** One turn, to be followed. `message` may be null for a reply that is only resumed. */
  line(conversationId: string, message: Outgoing | null, model: string | null): Line {
    const turns = `/api/conversations/${encodeURIComponent(conversationId)}/turns`;
    const accept = { accept: "text/event-stream" };
    return {
      start: (signal) =>
        this.#send(turns, {
          method: "POST",
          body: { message, ...(model === null ? {} : { model }) },
          headers: accept,
          signal,
        }),
      resume: (replyId, after, signal) =>
        this.#send(`${turns}/${encodeURIComponent(replyId)}/events`, {
          headers: { ...accept, "last-event-id": String(after) },
          signal,
        }),
    };
  }

  async #createSession(): Promise<string> {
    const response = await this.#fetch("/api/sessions", { method: "POST", body: {} }, null);
    if (!response.ok) throw await ApiError.fromResponse(response);
    const { token } = (await response.json()) as { token: string };
    return token;
  }

  async #send(path: string, request: Request = {}): Promise<Response> {
    const token = await this.#session.need();
    let response = await this.#fetch(path, request, token);
    if (response.status === 401) {
      response = await this.#fetch(path, request, await this.#session.renew(token));
    }
    if (!response.ok) throw await ApiError.fromResponse(response);
    return response;
  }

  async #fetch(path: string, request: Request, token: string | null): Promise<Response> {
    const { method = "GET", body, headers = {}, signal } = request;
    try {
      return await this.fetch(this.base + path, {
        method,
        headers: {
          ...headers,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw ApiError.from(error);
    }
  }
}

function query(cursor: string): string {
  return cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
}
