import { uuid } from "../ids.ts";
import type { ReplySource } from "../stream/follow.ts";
import { ApiError } from "./error.ts";
import { pathOf, query, replyRequest, turnsOf } from "./paths.ts";
import { type Person, Session, type TokenStore } from "./session.ts";
import type {
  Changes,
  ConversationDetail,
  ConversationPage,
  ConversationSummary,
  ExportFormat,
  Me,
  Models,
  Options,
  ReplyRequest,
  Start,
} from "./wire.ts";

interface Request {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Lets the request finish even if the page is left. */
  keepalive?: boolean;
}

/** The chat's HTTP API. Every method throws ApiError, or the signal's reason when aborted. */
export class Api {
  readonly #session: Session;

  constructor(
    private readonly base: string,
    tokens: TokenStore,
    private readonly fetch: typeof globalThis.fetch,
    person: Person | null = null,
  ) {
    const start = (token: string | null) => this.#startSession(token);
    this.#session = new Session(tokens, start, Date.now, person);
  }

  /** False for a new visitor, who has no token and so no history. */
  get hasUser(): boolean {
    return this.#session.hasUser;
  }

  /** Moves an anonymous session's conversations to the signed-in person. Returns how many. */
  async claim(token: string): Promise<number> {
    const request = { method: "POST", body: { token } } as const;
    const response = await this.#send("/api/sessions/claim", request);
    return ((await response.json()) as { claimed: number }).claimed;
  }

  /** Everything the page needs to open. `model` is the one the next message would go to. */
  start(model: string | null): Promise<Start> {
    const path = `/api/start${query({ model })}`;
    return this.#session.open(async (token) => {
      const response = await this.#fetch(path, {}, token);
      if (!response.ok) throw await ApiError.fromResponse(response);
      return (await response.json()) as Start;
    });
  }

  async me(): Promise<Me> {
    return (await this.#send("/api/me")).json();
  }

  async models(): Promise<Models> {
    return (await this.#send("/api/models")).json();
  }

  /** Has the server load the model ahead of the first message. Once a minute is enough. */
  async warm(model: string): Promise<void> {
    await this.#send("/api/models/warm", { method: "POST", body: { model } });
  }

  /** Newest first. `cursor` "" is the first page. */
  async conversations(cursor: string): Promise<ConversationPage> {
    return (await this.#send(`/api/conversations${query({ cursor })}`)).json();
  }

  /** Its newest messages, or the ones before a cursor, oldest first. */
  async conversation(id: string, cursor = ""): Promise<ConversationDetail> {
    return (await this.#send(pathOf(id) + query({ cursor }))).json();
  }

  /** Stores which branch is on the screen: the one that ends with this reply. */
  async chooseHead(conversationId: string, replyId: string): Promise<void> {
    await this.change(conversationId, { head: replyId });
  }

  async change(conversationId: string, changes: Changes): Promise<ConversationSummary> {
    const request = { method: "PATCH", body: changes } as const;
    const response = await this.#send(pathOf(conversationId), request);
    return ((await response.json()) as { conversation: ConversationSummary }).conversation;
  }

  async remove(conversationId: string): Promise<void> {
    await this.#send(pathOf(conversationId), { method: "DELETE", keepalive: true });
  }

  async removeAll(): Promise<void> {
    await this.#send("/api/conversations", { method: "DELETE" });
  }

  async export(conversationId: string, format: ExportFormat): Promise<Blob> {
    return (await this.#send(`${pathOf(conversationId)}/export?format=${format}`)).blob();
  }

  /** The reply ends within seconds, as `stopped`, in every tab that reads it. */
  async stop(conversationId: string, replyId: string): Promise<void> {
    await this.#send(`${turnsOf(conversationId)}/${encodeURIComponent(replyId)}/stop`, {
      method: "POST",
    });
  }

  /** A new reply, for `follow`. */
  newReply(conversationId: string, request: ReplyRequest, options: Options): ReplySource {
    const { path, body } = replyRequest(turnsOf(conversationId), request, options);
    // The same id appears in the function's log, at the gateway and in the reply's row.
    const headers = { ...EVENTS, "x-request-id": uuid() };
    return {
      start: (signal) => this.#send(path, { method: "POST", body, headers, signal }),
      resume: this.#resuming(conversationId),
    };
  }

  /** A reply that was requested before, for `follow`. */
  existingReply(conversationId: string, replyId: string): ReplySource {
    const resume = this.#resuming(conversationId);
    return { start: (signal) => resume(replyId, 0, signal), resume };
  }

  #resuming(conversationId: string): ReplySource["resume"] {
    return (replyId, after, signal) =>
      this.#send(`${turnsOf(conversationId)}/${encodeURIComponent(replyId)}/events`, {
        headers: { ...EVENTS, "last-event-id": String(after) },
        signal,
      });
  }

  async #startSession(token: string | null): Promise<string> {
    const response = await this.#fetch("/api/sessions", { method: "POST", body: {} }, token);
    if (!response.ok) throw await ApiError.fromResponse(response);
    return ((await response.json()) as { token: string }).token;
  }

  async #send(path: string, request: Request = {}): Promise<Response> {
    const token = await this.#session.token();
    let response = await this.#fetch(path, request, token);
    if (response.status === 401) {
      response = await this.#fetch(path, request, await this.#session.renew(token));
    }
    if (!response.ok) throw await ApiError.fromResponse(response);
    return response;
  }

  async #fetch(path: string, request: Request, token: string | null): Promise<Response> {
    const { method = "GET", body, headers = {}, signal, keepalive = false } = request;
    try {
      return await this.fetch(this.base + path, {
        method,
        keepalive,
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

const EVENTS = { accept: "text/event-stream" };
