// @vitest-environment jsdom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { discover } from "../../src/account/discovery.ts";
import { challengeOf } from "../../src/account/pkce.ts";
import { begin, finish } from "../../src/account/provider.ts";

const ISSUER = "https://issuer.example";
const OIDC = { issuer: ISSUER, client_id: "page" };

let description: Record<string, unknown>;
let claims: Record<string, unknown>;

beforeEach(() => {
  description = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
  };
  vi.stubGlobal("fetch", async (url: string) => {
    if (url.endsWith("/token")) {
      const id_token = `h.${btoa(JSON.stringify(claims))}.s`;
      return Response.json({ access_token: "a", id_token, expires_in: 60 });
    }
    return Response.json(description);
  });
});

afterEach(() => vi.unstubAllGlobals());

/** What a provider sends back, and what was asked of it. */
async function asked(): Promise<URLSearchParams> {
  const { searchParams } = new URL(await begin(OIDC));
  claims = { iss: ISSUER, aud: "page", nonce: searchParams.get("nonce"), email: "anna@x" };
  return searchParams;
}

const answer = (values: Record<string, string>) =>
  finish(OIDC, new URLSearchParams({ code: "c", ...values }));

test("the challenge is that of the specification's own example", async () => {
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  expect(await challengeOf(verifier)).toBe("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
});

test("a code comes back with the state it was asked for with", async () => {
  const sent = await asked();
  const state = String(sent.get("state"));
  expect(sent.get("code_challenge_method")).toBe("S256");
  expect(sent.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  const { tokens } = await answer({ state, iss: ISSUER });
  expect(tokens).toMatchObject({ name: "anna@x", access: "a", refresh: null });
});

test.each([
  ["another state", { state: "other" }, "foreign"],
  ["another issuer", { iss: "https://evil.example" }, "foreign"],
])("%s is not taken", async (_, change, reason) => {
  const state = String((await asked()).get("state"));
  await expect(answer({ state, ...change })).rejects.toMatchObject({ reason });
});

test.each([
  ["audience", { aud: "another page" }],
  ["nonce", { nonce: "another" }],
  ["issuer", { iss: "https://evil.example" }],
])("an id token for another %s is not taken", async (_, change) => {
  const state = String((await asked()).get("state"));
  claims = { ...claims, ...change };
  await expect(answer({ state })).rejects.toMatchObject({ reason: "failed" });
});

test("an answer is taken once", async () => {
  const state = String((await asked()).get("state"));
  await answer({ state });
  await expect(answer({ state })).rejects.toMatchObject({ reason: "foreign" });
});

test.each([
  ["another issuer", { issuer: "https://evil.example" }],
  ["an unencrypted endpoint", { token_endpoint: "http://issuer.example/token" }],
  ["an endpoint that is a script", { authorization_endpoint: "javascript:alert(1)" }],
  ["no endpoint", { token_endpoint: undefined }],
])("a description with %s is not used", async (_, change) => {
  description = { ...description, ...change };
  await expect(discover(ISSUER)).rejects.toThrow();
});
