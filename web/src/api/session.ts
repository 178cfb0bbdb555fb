import { ApiError } from "./error.ts";

/** Where the session token is kept. Other tabs of the same browser share it. */
export interface TokenStore {
  read(): string | null;
  write(token: string): void;
  remove(): void;
}

/** A person who may be signed in, with tokens from an OIDC provider. */
export interface Person {
  readonly signedIn: boolean;
  /** A token other than the refused one; null when signed out. */
  token(refused: string | null): Promise<string> | null;
}

/** A response with a token if the server made or renewed an anonymous session. */
interface Opened {
  session?: { token: string };
}

/** The token of an anonymous user: requested on first need, and again when it is refused. */
export class Session {
  #renewal: Promise<string> | null = null;
  #extending = false;
  #opening: Promise<void> | null = null;

  /** `start` gets a new user's token or, given a token, a later one of the same user. */
  constructor(
    private readonly tokens: TokenStore,
    private readonly start: (token: string | null) => Promise<string>,
    private readonly now: () => number = Date.now,
    private readonly person: Person | null = null,
  ) {}

  /** True if there is a user, who may have a history. */
  get hasUser(): boolean {
    return this.tokens.read() !== null || (this.person?.signedIn ?? false);
  }

  /**
   * Sends the request that opens the page, with the stored token or none, and stores the token
   * that it returns. Sends it once more after a 401. Requests that need a new token wait for this one.
   */
  open<T extends Opened>(send: (token: string | null) => Promise<T>): Promise<T> {
    const opening = this.#open(send);
    const over = () => {
      this.#opening = null;
    };
    this.#opening = opening.then(over, over);
    return opening;
  }

  async token(): Promise<string> {
    const providerToken = this.person?.token(null);
    if (providerToken) return await providerToken;
    const token = this.tokens.read();
    if (token === null) return await this.renew(null);
    if (pastHalf(token, this.now()) && !this.#opening) void this.#extend(token);
    return token;
  }

  /** A token other than the refused one. Concurrent callers share one request. */
  async renew(refused: string | null): Promise<string> {
    const providerToken = this.person?.token(refused);
    if (providerToken) return await providerToken;
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
      const renewed = (await this.person?.token(token)) ?? this.#drop(token);
      return this.#keep(renewed, await send(renewed));
    }
  }

  /** Keeps a token that another tab has stored in the meantime. */
  #keep<T extends Opened>(sent: string | null, opened: T): T {
    if (opened.session && this.tokens.read() === sent) this.tokens.write(opened.session.token);
    return opened;
  }

  /** Forgets a refused token. Returns the one that another tab has stored since, or null. */
  #drop(refused: string): string | null {
    if (this.tokens.read() === refused) this.tokens.remove();
    return this.tokens.read();
  }

  /** Runs in the background: the current token still works, and the next request tries again. */
  async #extend(token: string): Promise<void> {
    if (this.#extending) return;
    this.#extending = true;
    const later = await this.start(token).catch(() => null);
    // Another user may have signed in meanwhile.
    if (later !== null && this.tokens.read() === token) this.tokens.write(later);
    this.#extending = false;
  }
}

const ISSUER = "livepeer-chat";

/** True for one of our own tokens past half of its lifetime. */
function pastHalf(token: string, now: number): boolean {
  const lifetime = lifetimeOf(token);
  return lifetime !== null && now / 1000 > (lifetime.iat + lifetime.exp) / 2;
}

/** True for one of our own tokens that has expired. */
export function isExpired(token: string, now: number): boolean {
  const lifetime = lifetimeOf(token);
  return lifetime !== null && now / 1000 > lifetime.exp;
}

/** In seconds since 1970; null for a token that is not our own. */
function lifetimeOf(token: string): { iat: number; exp: number } | null {
  try {
    const payload = token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const { iss, iat, exp } = JSON.parse(atob(payload));
    return iss === ISSUER ? { iat, exp } : null;
  } catch {
    return null;
  }
}
