/** What of a provider's own description is needed here (OpenID Connect Discovery 1.0). */
export interface Discovery {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint?: string;
  end_session_endpoint?: string;
  scopes_supported?: string[];
}

/** Throws when there is none, or one that is not this issuer's or names unsafe addresses. */
export async function discover(issuer: string): Promise<Discovery> {
  const own = issuer.replace(/\/$/, "");
  const response = await fetch(`${own}/.well-known/openid-configuration`);
  const found: Discovery = await response.json();
  const { authorization_endpoint, token_endpoint } = found;
  const further = [found.revocation_endpoint, found.end_session_endpoint].filter((url) => url);
  const safe = [authorization_endpoint, token_endpoint, ...further].every(isSafe);
  if (!response.ok || !safe || found.issuer?.replace(/\/$/, "") !== own) {
    throw new TypeError("The provider's description cannot be used.");
  }
  return found;
}

/** Encrypted, or on this machine. */
function isSafe(address: string | undefined): boolean {
  const { protocol, hostname } = new URL(String(address));
  const local = hostname === "127.0.0.1" || hostname === "localhost";
  return protocol === "https:" || (protocol === "http:" && local);
}
