import { describe, expect, test } from "vitest";
import { json, refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { answer, CONVERSATION, exchange, page, slowly, TURNS } from "./page.ts";

describe("a reply that is there", () => {
  const ended = (status: string) => exchange(status, "Be");
  const ask = (verb: string) => `POST /api/conversations/c1/turns/r1/${verb}`;

  test("goes on where it ended", async () => {
    const { chat, thread } = page({
      [CONVERSATION]: ended("length"),
      [ask("continue")]: () => answer(turn("r1"), chunk("cause.", 8), done()),
    });
    await chat.thread.show("c1");
    await chat.replies.continue("r1");
    expect(thread().messages.at(-1)).toMatchObject({ content: "Because.", outcome: "complete" });
  });

  test("whose continuation another tab began is read with it", async () => {
    const answers = [ended("length"), ended("complete")];
    const { chat, thread } = page({
      [CONVERSATION]: () => answers.shift()?.() as Response,
      [ask("continue")]: () => refusal(409, "not_continuable", "It goes on already."),
    });
    await chat.thread.show("c1");
    await chat.replies.continue("r1");
    expect(thread()).toMatchObject({ live: null, failure: null });
    expect(thread().messages.at(-1)).toMatchObject({ outcome: "complete" });
  });

  test.each([
    [() => refusal(503, "unavailable", "Later."), { kind: "regenerate", replyId: "r1" }],
    // It may have arrived: asking again could make two of it.
    [() => new TypeError("Failed to fetch"), { kind: "reload" }],
  ])("is made anew by Try again, or looked for (%#)", async (failing, remedy) => {
    const { chat, thread } = page({ [CONVERSATION]: ended("error"), [ask("regenerate")]: failing });
    await chat.thread.show("c1");
    await chat.replies.regenerate("r1");
    expect(thread().failure).toMatchObject({ remedy });
  });

  test("made anew, is one of two versions; the other is a step away and remembered", async () => {
    const { chat, server, thread } = page({
      [CONVERSATION]: ended("complete"),
      [ask("regenerate")]: () => answer(turn("r2", "m1"), chunk("No.", 3), done()),
      "PATCH /api/conversations/c1": () => json({}),
    });
    await chat.thread.show("c1");
    await chat.replies.regenerate("r1");
    expect(thread().head).toBe("r2");
    await chat.thread.showVersion("r2", -1);
    expect(thread().head).toBe("r1");
    expect(server.asked.at(-1)).toMatchObject({ method: "PATCH", body: { head: "r1" } });
    await chat.thread.showVersion("r1", -1);
    expect(thread().head).toBe("r1");
  });
});

describe("a model that is ready", () => {
  const STOP = "POST /api/conversations/c1/turns/r1/stop";
  const AGAIN = "POST /api/conversations/c1/turns/r1/regenerate";

  async function changing(...ending: string[]) {
    const { response, push } = slowly();
    const opened = page({
      [TURNS]: () => response,
      [STOP]: () => {
        push(...ending);
        return new Response(null, { status: 202 });
      },
      [AGAIN]: () => answer(turn("r2", "m1"), chunk("Here.", 5), done()),
    });
    opened.chat.composer.edit("Why?");
    const sending = opened.chat.composer.send();
    push(turn("r1"));
    await expect.poll(() => opened.thread().live?.accepted).toBe(true);
    await opened.chat.replies.switchModel("warm/model");
    await sending;
    return opened;
  }

  test("answers instead of one that is being loaded, here and from now on", async () => {
    const { server, thread } = await changing(done("stopped"));
    expect(server.paths()).toEqual([TURNS, STOP, AGAIN]);
    expect(thread()).toMatchObject({ model: "warm/model", head: "r2", live: null });
    expect(server.asked.at(-1)?.body).toEqual({ model: "warm/model" });
  });

  test("is not needed when the answer came in the meantime", async () => {
    const { server, thread } = await changing(chunk("Because.", 8), done());
    expect(server.paths()).toEqual([TURNS, STOP]);
    expect(thread().messages.at(-1)?.content).toBe("Because.");
  });
});
