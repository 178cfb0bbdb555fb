import { type ReadonlySignal, signal } from "@preact/signals";
import type { Oidc } from "../api/config.ts";
import { ApiError } from "../api/error.ts";
import { type KeyValues, SESSION } from "../store/storage.ts";
import { t } from "../text/text.ts";
import { KEY, read, type SignIn, write } from "./kept.ts";
import type * as Provider from "./provider.ts";

// Renewed so long before its end: what is asked for now shall still be let in.
const SOON_MS = 60_000;

/** What is around it. */
export interface Surroundings {
  now(): number;
  /** Loads what talks to the provider: only those who sign in need it. */
  provider(): Promise<typeof Provider>;
  /** One tab at a time: a provider may take a refresh token once only. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** The person who is signed in at an OIDC provider, if anybody is. Tabs share it. */
export class Account {
  readonly #signIn;
  readonly signIn: ReadonlySignal<SignIn | null>;
  #renewal: Promise<string> | null = null;

  constructor(
    private readonly oidc: Oidc,
    private readonly storage: KeyValues,
    private readonly around: Surroundings = browser(),
  ) {
    this.#signIn = signal(read(storage));
    this.signIn = this.#signIn;
  }

  get signedIn(): boolean {
    return read(this.storage) !== null;
  }

  /**
   * A token that the server takes, other than the refused one. Null while nobody is signed in.
   * Rejects with ApiError when the sign-in is over (401) or cannot be renewed now.
   */
  token(refused: string | null): Promise<string> | null {
    const signIn = read(this.storage);
    if (!signIn) return null;
    const { access, refresh, expires } = signIn;
    const lasts = expires === null || refresh === null || expires - this.around.now() > SOON_MS;
    if (access !== null && access !== refused && lasts) return Promise.resolve(access);
    this.#renewal ??= this.around
      .alone(() => this.#renew(access))
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** The address to go to. Throws SignInFailed. */
  async begin(): Promise<string> {
    return (await this.around.provider()).begin(this.oidc);
  }

  /** Ends what `begin` began, with what the provider has sent back. Returns the place it was at. */
  async finish(answer: URLSearchParams): Promise<string> {
    const { tokens, place } = await (await this.around.provider()).finish(this.oidc, answer);
    const since = this.around.now();
    this.#keep({ ...tokens, id: `${since}`, since, claimed: false });
    return place;
  }

  claimed(): void {
    const signIn = read(this.storage);
    if (signIn) this.#keep({ ...signIn, claimed: true });
  }

  /** Nobody is signed in any more. Returns the address to go to, where the provider ends it too. */
  async end(): Promise<string> {
    const signIn = read(this.storage);
    this.#keep(null);
    // Whose conversations are the person's now is nobody any more.
    if (signIn?.claimed) this.storage.removeItem(SESSION);
    const home = `${location.origin}/`;
    try {
      return await (await this.around.provider()).end(this.oidc, signIn?.refresh ?? null);
    } catch {
      return home;
    }
  }

  /** Calls when another tab signed in or out. */
  onChanged(listener: () => void): void {
    addEventListener("storage", ({ key }) => {
      if (key !== KEY) return;
      const before = this.#signIn.peek()?.id;
      this.#signIn.value = read(this.storage);
      if (this.#signIn.peek()?.id !== before) listener();
    });
  }

  async #renew(stale: string | null): Promise<string> {
    const signIn = read(this.storage);
    // Another tab was faster.
    if (signIn?.access && signIn.access !== stale) return signIn.access;
    if (!signIn?.refresh) throw this.#over(signIn);
    const { renew, SignInFailed } = await this.around.provider();
    try {
      const tokens = await renew(this.oidc, signIn.refresh);
      this.#keep({ ...signIn, ...tokens });
      return tokens.access;
    } catch (error) {
      if (error instanceof SignInFailed && error.reason === "denied") throw this.#over(signIn);
      throw ApiError.unreachable();
    }
  }

  #over(signIn: SignIn | null): ApiError {
    if (signIn) this.#keep({ ...signIn, access: null, refresh: null });
    return new ApiError("signed_out", t("error.signedOut"), 401);
  }

  #keep(signIn: SignIn | null): void {
    write(signIn, this.storage);
    this.#signIn.value = signIn;
  }
}

function browser(): Surroundings {
  return {
    now: () => Date.now(),
    provider: () => import("./provider.ts"),
    alone: (work) => ("locks" in navigator ? navigator.locks.request(KEY, work) : work()),
  };
}
