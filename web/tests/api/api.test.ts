import { describe, expect, test } from "vitest";
import { Api } from "../../src/api/api.ts";
import { loadConfig } from "../../src/api/config.ts";
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

describe("errors", () => {
  const failing = (answer: () => Response | Error) =>
    new Api(BASE, tokenStore(), new FakeServer({ "GET /api/conversations": answer }).fetch);

  test("carry the server's message, code and Retry-After", async () => {
    const api = failing(() =>
      refusal(429, "rate_limited", "Wait a moment.", { "retry-after": "7" }),
    );
    await expect(api.conversations("")).rejects.toMatchObject({
      code: "rate_limited",
      message: "Wait a moment.",
      status: 429,
      retryAfter: 7,
      temporary: true,
    });
  });

  test("get a message of the page if the answer is not ours", async () => {
    const api = failing(() => new Response("<html>Bad gateway</html>", { status: 502 }));
    const error = await api.conversations("").catch((reason) => reason);
    expect(error).toMatchObject({ code: "http_502", retryAfter: null, temporary: true });
    expect(error.message).toContain("502");
    expect(error.message).not.toContain("html");
  });

  test("have status 0 and advice if the network is down", async () => {
    const api = failing(() => new TypeError("Failed to fetch"));
    const error = await api.conversations("").catch((reason) => reason);
    expect(error).toMatchObject({ code: "unreachable", status: 0, temporary: true });
    expect(error.message).toContain("Check your connection");
  });

  test.each([400, 403, 404, 409, 413, 422])("%i is not temporary", async (status) => {
    const api = failing(() => refusal(status, "no", "No."));
    await expect(api.conversations("")).rejects.toMatchObject({ status, temporary: false });
  });
});

test("a turn is posted as the contract says and resumed after a number of characters", async () => {
  const server = new FakeServer({
    "POST /api/conversations/c1/turns": () => new Response(""),
    "GET /api/conversations/c1/turns/r1/events": () => new Response(""),
  });
  const api = new Api(BASE, tokenStore(), server.fetch);
  const { signal } = new AbortController();
  const message = { id: "m1", content: "Hello" };
  await api.newReply("c1", { kind: "send", message }, { model: "a/model" }).start(signal);
  const edited = { ...message, parent_id: null };
  await api.newReply("c1", { kind: "send", message: edited }, {}).start(signal);
  await api.existingReply("c1", "r1").resume("r1", 12, signal);
  expect(server.requests.map(({ body }) => body)).toEqual([
    { message, model: "a/model" },
    { message, parent_id: null },
    null,
  ]);
  expect(server.paths().at(-1)).toBe("GET /api/conversations/c1/turns/r1/events");
});

test("continue keeps the reply's model, regenerate uses the chosen one", async () => {
  const server = new FakeServer({
    "POST /api/conversations/c1/turns/r1/continue": () => new Response(""),
    "POST /api/conversations/c1/turns/r1/regenerate": () => new Response(""),
  });
  const api = new Api(BASE, tokenStore(), server.fetch);
  const { signal } = new AbortController();
  await api.newReply("c1", { kind: "continue", replyId: "r1" }, { model: "a/model" }).start(signal);
  await api
    .newReply("c1", { kind: "regenerate", replyId: "r1" }, { model: "a/model" })
    .start(signal);
  expect(server.requests.map(({ body }) => body)).toEqual([{}, { model: "a/model" }]);
});

test("ids and cursors cannot change the path", async () => {
  const server = new FakeServer();
  const api = new Api(BASE, tokenStore(), server.fetch);
  await api.conversation("../../me?x").catch(() => null);
  await api.conversations("a&b=c").catch(() => null);
  expect(server.paths()).toEqual([
    "GET /api/conversations/..%2F..%2Fme%3Fx",
    "GET /api/conversations?cursor=a%26b%3Dc",
  ]);
});

describe("config.json", () => {
  const served = (answer: Response) => loadConfig(async () => answer);

  test("a trailing slash of the address is dropped", async () => {
    const config = await served(json({ api: "https://function.example/" }));
    expect(config).toEqual({ api: BASE, oidc: null });
  });

  test("names the provider for sign-in", async () => {
    const oidc = { issuer: "https://issuer.example", client_id: "page" };
    expect(await served(json({ api: BASE, oidc }))).toEqual({ api: BASE, oidc });
  });

  test.each([
    ["missing", new Response("Not found.", { status: 404 })],
    ["another page under 200", new Response("<!doctype html>")],
    ["without an address", json({})],
  ])("%s: the page says what is wrong", async (_, answer) => {
    await expect(served(answer)).rejects.toThrow("/config.json");
  });
});
