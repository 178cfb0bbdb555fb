import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, finish } from "../../src/account/provider.ts";
import { memory } from "../store/memory.ts";

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
  vi.stubGlobal("location", new URL("https://chat.example/#/c/1"));
  vi.stubGlobal("sessionStorage", memory());
  vi.stubGlobal("fetch", async (url: string) => {
    if (url.endsWith("/token")) {
      const id_token = `${encoded({ alg: "RS256" })}.${encoded(claims)}.s`;
      const given = { access_token: "a", token_type: "Bearer", id_token, expires_in: 60 };
      return Response.json(given);
    }
    return Response.json(description);
  });
});

const encoded = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");

afterEach(() => vi.unstubAllGlobals());

/** Starts a sign-in and returns the parameters of its address. */
async function beginParameters(): Promise<URLSearchParams> {
  const { searchParams } = new URL(await begin(OIDC));
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + 60 };
  const nonce = searchParams.get("nonce");
  claims = { iss: ISSUER, sub: "1", aud: "page", nonce, email: "anna@x", ...times };
  return searchParams;
}

const answer = (values: Record<string, string>) =>
  finish(OIDC, new URLSearchParams({ code: "c", ...values }));

test("a code with the right state is exchanged for tokens", async () => {
  const sent = await beginParameters();
  const state = String(sent.get("state"));
  expect(sent.get("code_challenge_method")).toBe("S256");
  expect(sent.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  const { tokens } = await answer({ state, iss: ISSUER });
  expect(tokens).toMatchObject({ name: "anna@x", access: "a", refresh: null });
});

test.each([
  ["another state", { state: "other" }, "foreign"],
  ["another issuer", { iss: "https://evil.example" }, "foreign"],
])("%s is refused", async (_, change, reason) => {
  const state = String((await beginParameters()).get("state"));
  await expect(answer({ state, ...change })).rejects.toMatchObject({ reason });
});

test.each([
  ["audience", { aud: "another page" }],
  ["nonce", { nonce: "another" }],
  ["issuer", { iss: "https://evil.example" }],
  ["time", { exp: 1 }],
])("an id token for another %s is refused", async (_, change) => {
  const state = String((await beginParameters()).get("state"));
  claims = { ...claims, ...change };
  await expect(answer({ state })).rejects.toMatchObject({ reason: "failed" });
});

test("an answer is accepted only once", async () => {
  const state = String((await beginParameters()).get("state"));
  await answer({ state });
  await expect(answer({ state })).rejects.toMatchObject({ reason: "foreign" });
});

test.each([
  ["another issuer", { issuer: "https://evil.example" }],
  ["an unencrypted endpoint", { authorization_endpoint: "http://issuer.example/authorize" }],
  ["an endpoint that is a script", { authorization_endpoint: "javascript:alert(1)" }],
  ["no endpoint", { authorization_endpoint: undefined }],
])("metadata with %s is refused", async (_, change) => {
  description = { ...description, ...change };
  await expect(begin(OIDC)).rejects.toMatchObject({ reason: "failed" });
});

test("a code is not sent unencrypted", async () => {
  const state = String((await beginParameters()).get("state"));
  description = { ...description, token_endpoint: "http://issuer.example/token" };
  await expect(answer({ state })).rejects.toMatchObject({ reason: "failed" });
});
