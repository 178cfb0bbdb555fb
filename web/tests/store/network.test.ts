import { describe, expect, test } from "vitest";
import { refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { answer, CONVERSATION, exchange, messageIds, page, TURNS } from "./page.ts";

describe("without a network", () => {
  const whole = () => answer(turn("r1"), chunk("Because.", 8), done());

  test("a message waits until the network is back", async () => {
    const { chat, server, network, thread } = page({ [TURNS]: whole });
    network.online = false;
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    expect(thread()).toMatchObject({ live: { queued: true }, unsent: { content: "Why?" } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.requests).toEqual([]);
    network.wake("online");
    await sending;
    expect(thread()).toMatchObject({ live: null, failure: null });
    expect(thread().messages).toHaveLength(2);
  });

  test("a waiting message can be withdrawn without a failure", async () => {
    const { chat, server, network, thread } = page({ [TURNS]: whole });
    network.online = false;
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    await chat.replies.stop();
    await sending;
    expect(thread()).toMatchObject({ live: null, failure: null, draft: "Why?" });
    network.wake("online");
    await chat.composer.send();
    expect(messageIds(server)).toHaveLength(1);
  });

  test("a waiting message survives a reload of the page", async () => {
    const { chat, network, storage } = page({ [TURNS]: whole });
    network.online = false;
    chat.composer.edit("Why?");
    void chat.composer.send();
    expect([...storage]).toEqual([["draft:new", "Why?"]]);
  });
});

describe("coming back", () => {
  test.each(["told by another tab", "visible again"])("%s: loads what is new", async (how) => {
    const answers = [exchange("complete", "Yes."), exchange("streaming", "Be")];
    const { chat, network, tabs, thread } = page({
      [CONVERSATION]: () => answers.shift()?.() as Response,
      "GET /api/conversations/c1/turns/r1/events": () =>
        answer(turn("r1"), chunk("cause.", 8), done()),
    });
    await chat.thread.show("c1");
    if (how === "visible again") network.wake("visible");
    else tabs.hear("c1");
    await expect.poll(() => thread().messages.at(-1)?.content).toBe("Because.");
    expect(thread().live).toBeNull();
  });

  test("news of another conversation is ignored", async () => {
    const { chat, server, tabs } = page({ [CONVERSATION]: exchange("complete", "Yes.") });
    await chat.thread.show("c1");
    tabs.hear("c2");
    expect(server.requests).toHaveLength(1);
  });

  test("other tabs are told when a reply starts", async () => {
    const { chat, tabs } = page({ [TURNS]: () => answer(turn("r1"), done()) });
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(tabs.told).toEqual(["c1"]);
  });

  test("a conversation that failed to load is loaded again", async () => {
    const answers = [
      () => refusal(503, "unavailable", "Try later."),
      exchange("complete", "Because."),
    ];
    const { chat, network, thread } = page({
      [CONVERSATION]: () => answers.shift()?.() as Response,
    });
    await chat.thread.show("c1");
    expect(thread().failure).not.toBeNull();
    network.wake("online");
    await expect.poll(() => thread().messages.length).toBe(2);
    expect(thread().failure).toBeNull();
  });

  test("a message that is being edited stays", async () => {
    const { chat, server, network } = page({ [CONVERSATION]: exchange("complete", "Yes.") });
    await chat.thread.show("c1");
    chat.composer.startEditing("m1");
    network.wake("visible");
    expect(server.requests).toHaveLength(1);
  });
});
