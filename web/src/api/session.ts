import { ApiError } from "./error.ts";

/** Where the session token is kept. Other tabs of the same browser share it. */
export interface TokenStore {
  read(): string | null;
  write(token: string): void;
  remove(): void;
}

/** Somebody who may be signed in, and then has tokens from elsewhere. */
export interface Person {
  readonly signedIn: boolean;
  /** Other than the refused one; null while nobody is signed in. */
  token(refused: string | null): Promise<string> | null;
}

/** An answer that brings a token when the server made or renewed an anonymous session. */
interface Opened {
  session?: { token: string };
}

/** The token of an anonymous user: made on first need, and anew when the server refuses it. */
export class Session {
  #renewal: Promise<string> | null = null;
  #prolonging = false;
  #opening: Promise<void> | null = null;

  /** `start` makes a new user's token or, from a token, a later one of the same user. */
  constructor(
    private readonly tokens: TokenStore,
    private readonly start: (token: string | null) => Promise<string>,
    private readonly now: () => number = Date.now,
    private readonly person: Person | null = null,
  ) {}

  /** There is a user, who may have a history. */
  get known(): boolean {
    return this.tokens.read() !== null || (this.person?.signedIn ?? false);
  }

  /**
   * Sends the request that opens the page, with the token at hand or none, and stores the token
   * it brings. Sends it once more after a 401. Requests that need a new token wait for this one.
   */
  open<T extends Opened>(send: (token: string | null) => Promise<T>): Promise<T> {
    const opening = this.#open(send);
    const over = () => {
      this.#opening = null;
    };
    this.#opening = opening.then(over, over);
    return opening;
  }

  async need(): Promise<string> {
    const theirs = this.person?.token(null);
    if (theirs) return await theirs;
    const token = this.tokens.read();
    if (token === null) return await this.renew(null);
    if (pastHalf(token, this.now()) && !this.#opening) void this.#prolong(token);
    return token;
  }

  /** A token other than the refused one. Callers at the same time share one request. */
  async renew(refused: string | null): Promise<string> {
    const theirs = this.person?.token(refused);
    if (theirs) return await theirs;
    await this.#opening;
    const current = this.tokens.read();
    if (current !== null && current !== refused) return current;
    this.#renewal ??= this.start(null)
      .then((token) => {
        this.tokens.write(token);
        return token;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  async #open<T extends Opened>(send: (token: string | null) => Promise<T>): Promise<T> {
    const token = (await this.person?.token(null)) ?? this.tokens.read();
    try {
      return this.#keep(token, await send(token));
    } catch (error) {
      if (token === null || !(error instanceof ApiError && error.status === 401)) throw error;
      const other = (await this.person?.token(token)) ?? this.#drop(token);
      return this.#keep(other, await send(other));
    }
  }

  /** Another tab may have stored a token in the meantime: that one stays. */
  #keep<T extends Opened>(sent: string | null, opened: T): T {
    if (opened.session && this.tokens.read() === sent) this.tokens.write(opened.session.token);
    return opened;
  }

  /** Forgets a refused token. Returns the one that another tab has stored since, or null. */
  #drop(refused: string): string | null {
    if (this.tokens.read() === refused) this.tokens.remove();
    return this.tokens.read();
  }

  /** Nobody waits for it: the token at hand is good, and the next request tries again. */
  async #prolong(token: string): Promise<void> {
    if (this.#prolonging) return;
    this.#prolonging = true;
    const later = await this.start(token).catch(() => null);
    // In the meantime another user may have signed in.
    if (later !== null && this.tokens.read() === token) this.tokens.write(later);
    this.#prolonging = false;
  }
}

const ISSUER = "livepeer-chat";

/** Over half of the life of one of the chat's own tokens is gone. */
function pastHalf(token: string, now: number): boolean {
  const life = lifeOf(token);
  return life !== null && now / 1000 > (life.iat + life.exp) / 2;
}

/** A token of the chat's own that the server takes no more. */
export function isOver(token: string, now: number): boolean {
  const life = lifeOf(token);
  return life !== null && now / 1000 > life.exp;
}

/** In seconds since 1970; null for what is no token of the chat's own. */
function lifeOf(token: string): { iat: number; exp: number } | null {
  try {
    const payload = token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const { iss, iat, exp } = JSON.parse(atob(payload));
    return iss === ISSUER ? { iat, exp } : null;
  } catch {
    return null;
  }
}
