/** Where the session token is kept. Other tabs of the same browser share it. */
export interface TokenStore {
  read(): string | null;
  write(token: string): void;
}

/** The token of an anonymous user: made on first need, and anew when the server refuses it. */
export class Session {
  #renewal: Promise<string> | null = null;

  constructor(
    private readonly tokens: TokenStore,
    private readonly create: () => Promise<string>,
  ) {}

  get token(): string | null {
    return this.tokens.read();
  }

  async need(): Promise<string> {
    return this.tokens.read() ?? (await this.renew(null));
  }

  /** A token other than the refused one. Callers at the same time share one request. */
  async renew(refused: string | null): Promise<string> {
    const current = this.tokens.read();
    if (current !== null && current !== refused) return current;
    this.#renewal ??= this.create()
      .then((token) => {
        this.tokens.write(token);
        return token;
      })
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }
}
