import * as oauth from "oauth4webapi";
import type { Oidc } from "../api/config.ts";
import { storePending, takePending } from "./pending.ts";

export interface Tokens {
  name: string;
  access: string;
  refresh: string | null;
  expires: number | null;
}

/** `denied`: the provider refused. `foreign`: not started in this tab. `failed`: anything else. */
export class SignInFailed extends Error {
  constructor(readonly reason: "denied" | "foreign" | "failed") {
    super(reason);
  }
}

const SCOPES = ["openid", "email", "offline_access"];

// Clocks of phones and laptops can be off by minutes.
const CLOCKS_DIFFER_S = 300;

// A page cannot keep a client secret. PKCE protects the code instead.
const PUBLIC = oauth.None();

/** Starts a sign-in (RFC 6749, 4.1, with RFC 7636). Returns the address. Throws SignInFailed. */
export async function begin(oidc: Oidc): Promise<string> {
  const { description } = await discover(oidc);
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const verifier = oauth.generateRandomCodeVerifier();
  const supported = description.scopes_supported;
  const address = withQuery(String(description.authorization_endpoint), {
    response_type: "code",
    client_id: oidc.client_id,
    redirect_uri: home(),
    scope: SCOPES.filter((each) => each === "openid" || supported?.includes(each)).join(" "),
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  storePending({ state, nonce, verifier, place: location.hash });
  return address;
}

/** Exchanges the code from the provider for tokens. Throws SignInFailed. */
export async function finish(
  oidc: Oidc,
  answer: URLSearchParams,
): Promise<{ tokens: Tokens; place: string }> {
  const pending = takePending();
  if (!pending) throw new SignInFailed("foreign");
  const { description, client, options } = await discover(oidc);
  const code = validated(() =>
    oauth.validateAuthResponse(description, client, answer, pending.state),
  );
  const given = await orSignInFailed(async () => {
    const { verifier } = pending;
    return oauth.processAuthorizationCodeResponse(
      description,
      client,
      await oauth.authorizationCodeGrantRequest(
        ...[description, client, PUBLIC, code, home(), verifier, options],
      ),
      { expectedNonce: pending.nonce, requireIdToken: true },
    );
  });
  const claims = oauth.getValidatedIdTokenClaims(given);
  const name = claims?.email ?? claims?.preferred_username ?? claims?.name ?? "";
  return { tokens: { name: String(name), ...tokensOf(given, null) }, place: pending.place };
}

/** Throws SignInFailed; `denied` if the provider no longer accepts the refresh token. */
export async function renew(oidc: Oidc, refresh: string): Promise<Omit<Tokens, "name">> {
  const { description, client, options } = await discover(oidc);
  const given = await orSignInFailed(async () =>
    oauth.processRefreshTokenResponse(
      description,
      client,
      await oauth.refreshTokenGrantRequest(description, client, PUBLIC, refresh, options),
    ),
  );
  return tokensOf(given, refresh);
}

/** Revokes the refresh token. Returns the address where the provider signs out. */
export async function end(oidc: Oidc, refresh: string | null): Promise<string> {
  const { description, client, options } = await discover(oidc);
  if (description.revocation_endpoint && refresh !== null) {
    const revocation = oauth.revocationRequest(description, client, PUBLIC, refresh, options);
    await revocation.catch(() => undefined);
  }
  if (!description.end_session_endpoint) return home();
  return withQuery(description.end_session_endpoint, {
    client_id: oidc.client_id,
    post_logout_redirect_uri: home(),
    // Cognito's name for this parameter.
    logout_uri: home(),
  });
}

/** Reads the provider's metadata (OpenID Connect Discovery 1.0). Throws SignInFailed. */
async function discover(oidc: Oidc) {
  const issuer = new URL(oidc.issuer);
  const options = { [oauth.allowInsecureRequests]: isLocal(issuer) };
  const description = await orSignInFailed(async () => {
    const found = await oauth.discoveryRequest(issuer, options);
    return requireEncrypted(await oauth.processDiscoveryResponse(issuer, found));
  });
  const client = { client_id: oidc.client_id, [oauth.clockTolerance]: CLOCKS_DIFFER_S };
  return { description, client, options };
}

/** Throws if the page would navigate to an unencrypted address; the library does not check these. */
function requireEncrypted(description: oauth.AuthorizationServer): oauth.AuthorizationServer {
  const { issuer, authorization_endpoint, end_session_endpoint = issuer } = description;
  for (const address of [authorization_endpoint, end_session_endpoint]) {
    const url = new URL(String(address));
    if (url.protocol !== "https:" && !isLocal(url)) throw new TypeError("not encrypted");
  }
  return description;
}

function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && (hostname === "127.0.0.1" || hostname === "localhost");
}

/** Maps an invalid answer to SignInFailed. */
function validated(validate: () => URLSearchParams): URLSearchParams {
  try {
    return validate();
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) throw new SignInFailed("foreign");
    throw new SignInFailed(error.error === "access_denied" ? "denied" : "failed");
  }
}

async function orSignInFailed<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    // RFC 6749, 5.2: the code or the refresh token is invalid or has expired.
    const invalidGrant =
      error instanceof oauth.ResponseBodyError && error.error === "invalid_grant";
    throw new SignInFailed(invalidGrant ? "denied" : "failed");
  }
}

/** Without a new refresh token, the old one stays valid. */
function tokensOf(given: oauth.TokenEndpointResponse, refresh: string | null) {
  const { access_token: access, refresh_token, expires_in } = given;
  return {
    access,
    refresh: refresh_token ?? refresh,
    expires: expires_in === undefined ? null : Date.now() + expires_in * 1000,
  };
}

function withQuery(address: string, values: Record<string, string>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
}

/** The redirect URI. */
function home(): string {
  return `${location.origin}/`;
}
