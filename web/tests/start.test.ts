// @vitest-environment jsdom
import { describe, expect, test } from "vitest";
import { json, refusal } from "./api/server.ts";
import { opened, START, session, start, WARM } from "./opened.ts";

describe("the model of the next message", () => {
  test("is not warmed again when the start warms it, another one is", async () => {
    const { chat, server, settled } = await opened({
      [START]: () => json(start(session("fresh"))),
      [WARM]: () => new Response(null, { status: 202 }),
    });
    chat.models.choose("b/model");
    await settled();
    chat.models.choose("a/model");
    await settled();
    expect(server.requests.map(({ body }) => body)).toEqual([null, { model: "b/model" }]);
  });

  test("is not warmed by the page when the server decided against it", async () => {
    const { server } = await opened({
      [START]: () => json(start({ ...session("fresh"), warming: null })),
    });
    expect(server.paths()).toEqual([START]);
  });

  test("is the default one if the kept model is no longer on the list", async () => {
    const { server } = await opened(
      { [START]: () => json(start({ warming: null })) },
      { kept: { session: "current", answers: '{"model":"retired"}' } },
    );
    expect(server.paths()).toEqual(["GET /api/start?model=retired"]);
  });
});

describe("when the start fails", () => {
  const failing = (answers: (() => Response | Error)[]) => ({
    [START]: () => answers.shift()?.() as Response,
  });
  const busy = () => refusal(503, "unavailable", "Try later.");

  test("the list says why, and the page tries again when the network is back", async () => {
    const { network, server, settled, state } = await opened(failing([busy, () => json(start())]), {
      kept: { session: "current" },
    });
    expect(state().history).toMatchObject({ state: "failed", message: "Try later." });
    network.wake("online");
    await settled();
    expect(server.paths()).toEqual([START, START]);
    expect(state().history.state).toBe("ready");
    expect(state().models).toHaveLength(2);
    network.wake("online");
    await settled();
    expect(server.requests).toHaveLength(2);
  });

  test("a new visitor sees an empty list, and can send a message", async () => {
    const { chat, server, state } = await opened({
      ...failing([() => new TypeError("Failed to fetch")]),
      "POST /api/sessions": () => json({ token: "fresh" }),
    });
    expect(state().history).toMatchObject({ state: "idle", conversations: [] });
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(server.paths().slice(0, 2)).toEqual([START, "POST /api/sessions"]);
    expect(server.requests[2]?.token).toBe("fresh");
  });

  test("a message sent while the page opens waits for its token", async () => {
    let release: (response: Response) => void = () => undefined;
    const { chat, server, settled } = await opened({
      [START]: () => new Promise<Response>((resolve) => (release = resolve)),
    });
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    await settled();
    expect(server.paths()).toEqual([START]);
    release(json(start(session("fresh"))));
    await sending;
    expect(server.requests[1]).toMatchObject({ method: "POST", token: "fresh" });
  });
});

test("a deletion that was cut off is finished before the list is read", async () => {
  const { server } = await opened(
    {
      "DELETE /api/conversations/c1": () => new Response(null, { status: 204 }),
      [START]: () => json(start()),
    },
    { kept: { session: "current" }, tab: { deleting: "c1" } },
  );
  expect(server.paths()).toEqual(["DELETE /api/conversations/c1", START]);
});
