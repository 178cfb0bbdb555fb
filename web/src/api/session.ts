/** Where the session token is kept. Other tabs of the same browser share it. */
export interface TokenStore {
  read(): string | null;
  write(token: string): void;
}

/** The token of an anonymous user: made on first need, and anew when the server refuses it. */
export class Session {
  #renewal: Promise<string> | null = null;
  #prolonging = false;

  /** `start` makes a new user's token or, from a token, a later one of the same user. */
  constructor(
    private readonly tokens: TokenStore,
    private readonly start: (token: string | null) => Promise<string>,
    private readonly now: () => number = Date.now,
  ) {}

  get token(): string | null {
    return this.tokens.read();
  }

  async need(): Promise<string> {
    const token = this.tokens.read();
    if (token === null) return await this.renew(null);
    if (pastHalf(token, this.now())) void this.#prolong(token);
    return token;
  }

  /** A token other than the refused one. Callers at the same time share one request. */
  async renew(refused: string | null): Promise<string> {
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
  try {
    const payload = token.split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const { iss, iat, exp } = JSON.parse(atob(payload));
    return iss === ISSUER && now / 1000 > (iat + exp) / 2;
  } catch {
    return false;
  }
}
