import type { Oidc } from "../api/config.ts";
import { begun, keepBegun } from "./begun.ts";
import { discover } from "./discovery.ts";
import { challengeOf, randomText } from "./pkce.ts";

/** What a provider gives out. */
export interface Tokens {
  name: string;
  access: string;
  refresh: string | null;
  expires: number | null;
}

/** `denied`: the provider said no. `foreign`: it was not begun here. `failed`: anything else. */
export class SignInFailed extends Error {
  constructor(readonly reason: "denied" | "foreign" | "failed") {
    super(reason);
  }
}

const SCOPES = ["openid", "email", "offline_access"];

/** The address where people sign in (RFC 6749, 4.1, with RFC 7636). Throws SignInFailed. */
export async function begin(oidc: Oidc): Promise<string> {
  const { authorization_endpoint, scopes_supported } = await discovered(oidc);
  const [state, nonce, verifier] = [randomText(), randomText(), randomText()];
  keepBegun({ state, nonce, verifier, place: location.hash });
  return withQuery(authorization_endpoint, {
    response_type: "code",
    client_id: oidc.client_id,
    redirect_uri: home(),
    scope: SCOPES.filter((each) => each === "openid" || scopes_supported?.includes(each)).join(" "),
    state,
    nonce,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: "S256",
  });
}

/** Exchanges the code that came back for tokens. Throws SignInFailed. */
export async function finish(
  oidc: Oidc,
  answer: URLSearchParams,
): Promise<{ tokens: Tokens; place: string }> {
  const own = begun();
  const from = answer.get("iss");
  if (!own || answer.get("state") !== own.state || (from !== null && !same(from, oidc.issuer))) {
    throw new SignInFailed("foreign");
  }
  const code = answer.get("code");
  if (code === null) {
    throw new SignInFailed(answer.get("error") === "access_denied" ? "denied" : "failed");
  }
  const given = await ask(oidc, {
    grant_type: "authorization_code",
    code,
    redirect_uri: home(),
    code_verifier: own.verifier,
  });
  const claims = claimsOf(given.id_token);
  const ours = [claims.aud].flat().includes(oidc.client_id) && claims.nonce === own.nonce;
  if (!ours || !same(String(claims.iss), oidc.issuer)) throw new SignInFailed("failed");
  const name = claims.email ?? claims.preferred_username ?? claims.name ?? "";
  return { tokens: { name: String(name), ...tokensOf(given, null) }, place: own.place };
}

/** Throws SignInFailed, `denied` once the provider takes the refresh token no more. */
export async function renew(oidc: Oidc, refresh: string): Promise<Omit<Tokens, "name">> {
  const given = await ask(oidc, { grant_type: "refresh_token", refresh_token: refresh });
  return tokensOf(given, refresh);
}

/** Has the provider forget the sign-in. Returns the address where it ends its own. */
export async function end(oidc: Oidc, refresh: string | null): Promise<string> {
  const { revocation_endpoint, end_session_endpoint } = await discovered(oidc);
  if (revocation_endpoint && refresh !== null) {
    const form = new URLSearchParams({ token: refresh, client_id: oidc.client_id });
    await fetch(revocation_endpoint, { method: "POST", body: form }).catch(() => undefined);
  }
  if (!end_session_endpoint) return home();
  return withQuery(end_session_endpoint, {
    client_id: oidc.client_id,
    post_logout_redirect_uri: home(),
    // Cognito's own name for it.
    logout_uri: home(),
  });
}

interface Given {
  access_token?: unknown;
  refresh_token?: unknown;
  expires_in?: unknown;
  id_token?: unknown;
}

async function ask(oidc: Oidc, form: Record<string, string>): Promise<Given> {
  const { token_endpoint } = await discovered(oidc);
  const body = new URLSearchParams({ ...form, client_id: oidc.client_id });
  const response = await fetch(token_endpoint, { method: "POST", body }).catch(() => null);
  const given = await response?.json().catch(() => null);
  if (response?.ok && typeof given?.access_token === "string") return given;
  // RFC 6749, 5.2: the code or the refresh token is not, or no longer, good.
  throw new SignInFailed(given?.error === "invalid_grant" ? "denied" : "failed");
}

/** A provider that does not give a new refresh token means the one there is. */
function tokensOf(given: Given, refresh: string | null): Omit<Tokens, "name"> {
  const { access_token, refresh_token, expires_in } = given;
  return {
    access: String(access_token),
    refresh: typeof refresh_token === "string" ? refresh_token : refresh,
    expires: typeof expires_in === "number" ? Date.now() + expires_in * 1000 : null,
  };
}

/** Not verified: it came from the provider itself, over TLS (OpenID Connect Core, 3.1.3.7). */
function claimsOf(token: unknown): Record<string, unknown> {
  try {
    const payload = String(token).split(".")[1]?.replace(/-/g, "+").replace(/_/g, "/") ?? "";
    const bytes = Uint8Array.from(atob(payload), (each) => each.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new SignInFailed("failed");
  }
}

async function discovered(oidc: Oidc) {
  return discover(oidc.issuer).catch(() => {
    throw new SignInFailed("failed");
  });
}

function withQuery(address: string, values: Record<string, string>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
}

/** Where the provider sends people back to. */
function home(): string {
  return `${location.origin}/`;
}

function same(issuer: string, other: string): boolean {
  return issuer.replace(/\/$/, "") === other.replace(/\/$/, "");
}
