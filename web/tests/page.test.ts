// @vitest-environment jsdom
import { describe, expect, test } from "vitest";
import { chosenModel } from "../src/store/store.ts";
import { json, refusal } from "./api/server.ts";
import {
  account,
  CONVERSATION,
  exchange,
  opened,
  START,
  session,
  start,
  summary,
} from "./opened.ts";

describe("opening the page", () => {
  test("takes one request, without a token for a new visitor, and stores the token", async () => {
    const { server, state, storage } = await opened({
      [START]: () => json(start(session("fresh"))),
    });
    expect(server.requests).toEqual([
      { method: "GET", path: "/api/start", token: null, body: null },
    ]);
    expect(storage.getItem("session")).toBe("fresh");
    expect(state()).toMatchObject({ defaultModel: "a/model", me: { limits: { max_tokens: 9 } } });
    expect(state().history).toMatchObject({ state: "ready", conversations: [{ id: "c1" }] });
  });

  test("takes one request with the token at hand and the kept model", async () => {
    const { server, state, storage } = await opened(
      { [START]: () => json(start({ warming: "b/model" })) },
      { kept: { session: "current", answers: '{"model":"b/model"}' } },
    );
    expect(server.paths()).toEqual(["GET /api/start?model=b%2Fmodel"]);
    expect(server.requests[0]?.token).toBe("current");
    expect(storage.getItem("session")).toBe("current");
    expect(chosenModel(state())).toBe("b/model");
  });

  test("stores a renewed token", async () => {
    const { storage } = await opened(
      { [START]: () => json(start(session("later"))) },
      { kept: { session: "current" } },
    );
    expect(storage.getItem("session")).toBe("later");
  });

  test("with a conversation in the address takes a second request, at the same time", async () => {
    let release: (response: Response) => void = () => undefined;
    const { server, settled, state } = await opened(
      {
        [START]: () => new Promise<Response>((resolve) => (release = resolve)),
        [CONVERSATION]: exchange,
      },
      { hash: "#/c/c1", kept: { session: "current" } },
    );
    expect(server.paths().toSorted()).toEqual([CONVERSATION, START]);
    expect(state().threads.c1?.messages).toHaveLength(2);
    release(json(start()));
    await settled();
    expect(server.requests).toHaveLength(2);
  });

  test("without a token loads the conversation in the address after it has one", async () => {
    const { server, state } = await opened(
      { [START]: () => json(start(session("fresh"))), [CONVERSATION]: exchange },
      { hash: "#/c/c1" },
    );
    expect(server.paths()).toEqual([START, CONVERSATION]);
    expect(server.requests[1]?.token).toBe("fresh");
    expect(state().threads.c1?.messages).toHaveLength(2);
  });

  test("with an expired token uses the one that replaces it for the conversation too", async () => {
    const { server } = await opened(
      {
        [START]: () => json(start(session("fresh"))),
        [CONVERSATION]: ({ token }) =>
          token === "fresh" ? exchange() : refusal(401, "not_signed_in", "Start a session."),
      },
      { hash: "#/c/c1", kept: { session: "expired" } },
    );
    expect(server.paths().filter((path) => path === "POST /api/sessions")).toEqual([]);
    expect(server.requests.map(({ token }) => token)).toEqual(["expired", "expired", "fresh"]);
  });
});

describe("a bad token", () => {
  const onlyFor = (accepted: string | null, more: object = {}) => ({
    [START]: ({ token }: { token: string | null }) =>
      token === accepted ? json(start(more)) : refusal(401, "not_signed_in", "No."),
  });

  test("of an anonymous visitor is dropped, and the page opens without", async () => {
    const { server, state, storage } = await opened(onlyFor(null, session("fresh")), {
      kept: { session: "bad" },
    });
    expect(server.requests.map(({ token }) => token)).toEqual(["bad", null]);
    expect(storage.getItem("session")).toBe("fresh");
    expect(state().history.state).toBe("ready");
  });

  test("that is refused again is an error", async () => {
    const { server, state } = await opened(onlyFor("another"), { kept: { session: "bad" } });
    expect(server.requests.map(({ token }) => token)).toEqual(["bad", null]);
    expect(state().history).toMatchObject({ state: "failed", message: "No." });
  });

  test("of a signed-in person is refreshed, once", async () => {
    const { server, state } = await opened(onlyFor("a2"), { person: account() });
    expect(server.requests.map(({ token }) => token)).toEqual(["a1", "a2"]);
    expect(state().history.state).toBe("ready");
  });
});

describe("a signed-in person", () => {
  test("finds claimed conversations on the list", async () => {
    let claimed = false;
    const { server, state } = await opened(
      {
        [START]: () => json(start({ conversations: [] })),
        "POST /api/sessions/claim": () => {
          claimed = true;
          return json({ claimed: 1 });
        },
        "GET /api/conversations": () =>
          json({ conversations: claimed ? [summary("c9")] : [], cursor: null }),
      },
      { person: account(), kept: { session: "anonymous" } },
    );
    expect(server.paths().at(-1)).toBe("GET /api/conversations");
    expect(state().history.conversations).toMatchObject([{ id: "c9" }]);
  });
});
