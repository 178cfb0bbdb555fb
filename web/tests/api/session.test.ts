import { describe, expect, test } from "vitest";
import { Api } from "../../src/api/api.ts";
import { Session } from "../../src/api/session.ts";
import { FakeServer, json, refusal, tokenStore } from "./server.ts";

const BASE = "https://function.example";
const PAGE = { conversations: [], cursor: null };

describe("sessions", () => {
  const withSessions = (accepted: string) =>
    new FakeServer({
      "POST /api/sessions": () => json({ token: accepted, user_id: "u", expires_at: 1 }),
      "GET /api/conversations": ({ token }) =>
        token === accepted ? json(PAGE) : refusal(401, "not_signed_in", "Start a session."),
    });

  test("one is requested on first need and stored", async () => {
    const server = withSessions("fresh");
    const tokens = tokenStore(null);
    const api = new Api(BASE, tokens, server.fetch);
    expect(api.hasUser).toBe(false);
    await Promise.all([api.conversations(""), api.conversations("")]);
    expect(tokens.read()).toBe("fresh");
    expect(api.hasUser).toBe(true);
    expect(server.paths().filter((path) => path === "POST /api/sessions")).toHaveLength(1);
  });

  test("a refused token is renewed once for all refused requests", async () => {
    const server = withSessions("fresh");
    const api = new Api(BASE, tokenStore("stale"), server.fetch);
    await Promise.all([api.conversations(""), api.conversations("")]);
    expect(server.paths().filter((path) => path === "POST /api/sessions")).toHaveLength(1);
  });

  test("a token that another tab has renewed is used instead of a new one", async () => {
    const server = withSessions("fresh");
    const tokens = tokenStore("stale");
    const api = new Api(BASE, tokens, async (input, init) => {
      const response = await server.fetch(input, init);
      tokens.write("fresh");
      return response;
    });
    await api.conversations("");
    expect(server.requests.map(({ token }) => token)).toEqual(["stale", "fresh"]);
  });

  test("a second refusal is an error", async () => {
    const server = withSessions("never given");
    server.routes["POST /api/sessions"] = () => json({ token: "also bad" });
    const api = new Api(BASE, tokenStore("stale"), server.fetch);
    await expect(api.conversations("")).rejects.toMatchObject({ status: 401 });
    expect(server.requests).toHaveLength(3);
  });
});

describe("a session's lifetime", () => {
  const NOW = 1_000_000;
  const token = (claims: object) =>
    `h.${btoa(JSON.stringify(claims)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "")}.s`;
  const ours = (iat: number, exp: number) => token({ iss: "livepeer-chat", sub: "ünï", iat, exp });
  const tokenAfter = async (first: string, start = async () => "later") => {
    const tokens = tokenStore(first);
    const started: (string | null)[] = [];
    const session = new Session(
      tokens,
      (before) => {
        started.push(before);
        return start();
      },
      () => NOW * 1000,
    );
    const used = await Promise.all([session.token(), session.token()]);
    expect(used).toEqual([first, first]);
    await Promise.resolve();
    return { started, kept: tokens.read() };
  };

  test("after half of it, one request asks for a later session of the same user", async () => {
    const old = ours(NOW - 60, NOW + 50);
    await expect(tokenAfter(old)).resolves.toEqual({ started: [old], kept: "later" });
  });

  test.each([
    ["in its first half", ours(NOW - 50, NOW + 60)],
    ["of another issuer", token({ iss: "https://idp.example", iat: 1, exp: NOW + 5 })],
    ["that cannot be parsed", "stale"],
  ])("a token %s is not renewed", async (_, first) => {
    await expect(tokenAfter(first)).resolves.toEqual({ started: [], kept: first });
  });

  test("a failed renewal keeps the current token", async () => {
    const old = ours(NOW - 60, NOW + 50);
    const { kept } = await tokenAfter(old, () => Promise.reject(new Error("offline")));
    expect(kept).toBe(old);
  });
});
