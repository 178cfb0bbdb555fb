import { type ReadonlySignal, signal } from "@preact/signals";
import type { Oidc } from "../api/config.ts";
import { ApiError } from "../api/error.ts";
import { type KeyValues, SESSION } from "../store/storage.ts";
import { t } from "../text/text.ts";
import type * as Provider from "./provider.ts";
import { KEY, read, type SignIn, write } from "./signIn.ts";

// Renew this long before expiry, so a request sent now is still accepted.
const SOON_MS = 60_000;

/** The browser, which tests replace. */
export interface Browser {
  now(): number;
  /** Loads the OIDC client, which only people who sign in need. */
  provider(): Promise<typeof Provider>;
  /** Runs in one tab at a time: a provider may accept a refresh token only once. */
  inOneTab<T>(work: () => Promise<T>): Promise<T>;
}

/** The person signed in at an OIDC provider, if any. Shared by all tabs. */
export class Account {
  readonly #signIn;
  readonly signIn: ReadonlySignal<SignIn | null>;
  #renewal: Promise<string> | null = null;

  constructor(
    private readonly oidc: Oidc,
    private readonly storage: KeyValues,
    private readonly browser: Browser = realBrowser(),
  ) {
    this.#signIn = signal(read(storage));
    this.signIn = this.#signIn;
  }

  get signedIn(): boolean {
    return read(this.storage) !== null;
  }

  /**
   * A valid token other than the refused one. Null when signed out.
   * Rejects with ApiError if the sign-in has ended (401) or cannot be renewed now.
   */
  token(refused: string | null): Promise<string> | null {
    const signIn = read(this.storage);
    if (!signIn) return null;
    const { access, refresh, expires } = signIn;
    const lasts = expires === null || refresh === null || expires - this.browser.now() > SOON_MS;
    if (access !== null && access !== refused && lasts) return Promise.resolve(access);
    this.#renewal ??= this.browser
      .inOneTab(() => this.#renew(access))
      .finally(() => {
        this.#renewal = null;
      });
    return this.#renewal;
  }

  /** Starts a sign-in. Returns the provider's address to go to. Throws SignInFailed. */
  async begin(): Promise<string> {
    return (await this.browser.provider()).begin(this.oidc);
  }

  /** Completes the sign-in with the provider's answer. Returns the hash of the address it started from. */
  async finish(answer: URLSearchParams): Promise<string> {
    const { tokens, place } = await (await this.browser.provider()).finish(this.oidc, answer);
    const since = this.browser.now();
    this.#keep({ ...tokens, id: `${since}`, since, claimed: false });
    return place;
  }

  claimed(): void {
    const signIn = read(this.storage);
    if (signIn) this.#keep({ ...signIn, claimed: true });
  }

  /** Signs out here. Returns the address to go to: there, the provider signs out too. */
  async end(): Promise<string> {
    const signIn = read(this.storage);
    this.#keep(null);
    // Its conversations were claimed, so the anonymous user has nothing left.
    if (signIn?.claimed) this.storage.removeItem(SESSION);
    const home = `${location.origin}/`;
    try {
      return await (await this.browser.provider()).end(this.oidc, signIn?.refresh ?? null);
    } catch {
      return home;
    }
  }

  /** Calls the listener when another tab signs in or out. */
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
    // Another tab has renewed it already.
    if (signIn?.access && signIn.access !== stale) return signIn.access;
    if (!signIn?.refresh) throw this.#ended(signIn);
    const { renew, SignInFailed } = await this.browser.provider();
    try {
      const tokens = await renew(this.oidc, signIn.refresh);
      this.#keep({ ...signIn, ...tokens });
      return tokens.access;
    } catch (error) {
      if (error instanceof SignInFailed && error.reason === "denied") throw this.#ended(signIn);
      throw ApiError.unreachable();
    }
  }

  #ended(signIn: SignIn | null): ApiError {
    if (signIn) this.#keep({ ...signIn, access: null, refresh: null });
    return new ApiError("signed_out", t("error.signedOut"), 401);
  }

  #keep(signIn: SignIn | null): void {
    write(signIn, this.storage);
    this.#signIn.value = signIn;
  }
}

function realBrowser(): Browser {
  return {
    now: () => Date.now(),
    provider: () => import("./provider.ts"),
    inOneTab: (work) => ("locks" in navigator ? navigator.locks.request(KEY, work) : work()),
  };
}
