import { describe, expect, test } from "vitest";
import type { Chat } from "../../src/store/chat.ts";
import { json, refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { answer, CONVERSATION, detail, messageIds, NOW, page, row, slowly, TURNS } from "./page.ts";

describe("sending", () => {
  test("the reply ends up in the thread, the conversation on top of the list", async () => {
    const { chat, store, thread } = page({
      [TURNS]: () => answer(turn("r1"), chunk("Be", 2), chunk("cause.", 8), done()),
    });
    chat.composer.edit("  Why?  ");
    await chat.composer.send();
    expect(thread().messages.map(({ role, content }) => [role, content])).toEqual([
      ["user", "Why?"],
      ["assistant", "Because."],
    ]);
    expect(store.state.value.history.conversations).toMatchObject([{ id: "c1", title: "A title" }]);
  });

  test("the end of the answer is announced, once, with its text", async () => {
    const { chat, store } = page({
      [TURNS]: () => answer(turn("r1"), chunk("Because.", 8), done("length")),
    });
    chat.composer.edit("Why?");
    await chat.composer.send();
    const { count, pieces } = store.state.value.announced;
    expect(count).toBe(1);
    expect(pieces[0]).toContain("Because. Cut short");
  });

  test("nothing is sent from an empty composer, or while a reply comes in", async () => {
    let release: (response: Response) => void = () => undefined;
    const { chat, server } = page({
      [TURNS]: () => new Promise<Response>((resolve) => (release = resolve)),
    });
    chat.composer.edit(" \n ");
    await chat.composer.send();
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    await chat.composer.send();
    await expect.poll(() => server.requests.length).toBe(1);
    release(answer(turn("r1"), done()));
    await sending;
    expect(messageIds(server)).toHaveLength(1);
  });

  test("a message sent right at the end of a reply waits for its connection to close", async () => {
    const { response, push } = slowly();
    const responses = [response, answer(turn("r2", "m2"), chunk("So.", 3), done())];
    const { chat, thread } = page({ [TURNS]: () => responses.shift() as Response });
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    push(turn("r1"), chunk("Because.", 8));
    await expect.poll(() => thread().live?.text).toBe("Because.");
    push(done());
    while (thread().live) await Promise.resolve();
    chat.composer.edit("Really?");
    await chat.composer.send();
    await sending;
    expect(thread().messages.map(({ content }) => content)).toEqual([
      ...["Why?", "Because.", "Really?", "So."],
    ]);
  });

  test("a model that is no longer on the list is not requested", async () => {
    const { chat, server } = page({
      "GET /api/models": () => json({ default: "b", models: [{ id: "b", label: "B" }] }),
      [TURNS]: () => answer(turn("r1"), done()),
    });
    await chat.models.load();
    chat.models.choose("retired");
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(server.requests.at(-1)?.body).toMatchObject({ model: "b" });
  });
});

describe("after a failure", () => {
  const unavailable = () => refusal(503, "unavailable", "Try later.", { "retry-after": "4" });

  test.each<[string, (chat: Chat) => Promise<void>]>([
    ["retry", (chat) => chat.retry()],
    ["send", (chat) => chat.composer.send()],
  ])("%s sends the same message id", async (_, again) => {
    const answers = [unavailable, () => answer(turn("r1"), chunk("Yes.", 4), done())];
    const { chat, server, thread } = page({ [TURNS]: () => answers.shift()?.() as Response });
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(thread()).toMatchObject({
      draft: "Why?",
      failure: { message: "Try later.", retryAt: NOW + 4_000 },
    });
    await again(chat);
    expect(thread()).toMatchObject({ draft: "", failure: null });
    expect(new Set(messageIds(server)).size).toBe(1);
    expect(thread().messages).toHaveLength(2);
  });

  test("another text is another message", async () => {
    const { chat, server } = page({ [TURNS]: unavailable });
    chat.composer.edit("Why?");
    await chat.composer.send();
    chat.composer.edit("Why not?");
    await chat.composer.send();
    expect(new Set(messageIds(server)).size).toBe(2);
  });

  test("a message that the server already has is loaded", async () => {
    const { chat, thread } = page({
      [TURNS]: () => refusal(409, "already_sent", "Load it again."),
      [CONVERSATION]: () =>
        detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", "complete", "Yes.")),
    });
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(thread()).toMatchObject({ failure: null, live: null });
    expect(thread().messages.map(({ content }) => content)).toEqual(["Why?", "Yes."]);
  });

  test("an unsent message survives a reload, an accepted one leaves no draft", async () => {
    const answers = [unavailable, () => answer(turn("r1"), done())];
    const { chat, storage } = page({ [TURNS]: () => answers.shift()?.() as Response });
    chat.composer.edit("Why?");
    expect([...storage]).toEqual([["draft:new", "Why?"]]);
    await chat.composer.send();
    expect([...storage]).toEqual([["draft:new", "Why?"]]);
    await chat.retry();
    expect([...storage]).toEqual([]);
  });
});
