import { describe, expect, test } from "vitest";
import { Api } from "../../src/api/api.ts";
import { FakeServer, refusal, tokenStore } from "./server.ts";

const BASE = "https://function.example";

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
