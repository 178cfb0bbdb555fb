import { describe, expect, test } from "vitest";
import { chunk, done, turn } from "../stream/wire.ts";
import { page, slowly, TURNS } from "./page.ts";

describe("stopping", () => {
  const STOP = "POST /api/conversations/c1/turns/r1/stop";

  test("stops a reply with an id at once, without a failure", async () => {
    const { response, push } = slowly();
    const { chat, server, thread } = page({
      [TURNS]: () => response,
      [STOP]: () => new Response(null, { status: 202 }),
    });
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    push(turn("r1"), chunk("Be", 2));
    await expect.poll(() => thread().live?.text).toBe("Be");
    await Promise.all([chat.replies.stop(), chat.replies.stop()]);
    expect(server.paths().filter((path) => path === STOP)).toHaveLength(1);
    push(chunk("ca", 4), done("stopped"));
    await sending;
    expect(thread()).toMatchObject({ live: null, failure: null });
    expect(thread().messages.at(-1)).toMatchObject({ content: "Beca", outcome: "stopped" });
  });

  test("waits until the reply has an id", async () => {
    const { response, push } = slowly();
    const { chat, server, thread } = page({
      [TURNS]: () => response,
      [STOP]: () => new Response(null, { status: 202 }),
    });
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    await chat.replies.stop();
    expect(server.paths()).toEqual([TURNS]);
    push(turn("r1"), done("stopped"));
    await sending;
    expect(server.paths()).toEqual([TURNS, STOP]);
    expect(thread()).toMatchObject({ failure: null, draft: "" });
  });

  test("is repeated after a network error, and reported if that fails too", async () => {
    const { response, push } = slowly();
    const { chat, server, thread } = page({
      [TURNS]: () => response,
      [STOP]: () => new TypeError("Failed to fetch"),
    });
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    push(turn("r1"));
    await expect.poll(() => thread().live?.accepted).toBe(true);
    await chat.replies.stop();
    expect(server.paths().filter((path) => path === STOP)).toHaveLength(3);
    expect(thread()).toMatchObject({ live: { stopping: false }, failure: { remedy: null } });
    push(done());
    await sending;
  });
});
