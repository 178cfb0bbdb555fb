import { describe, expect, test } from "vitest";
import { branchOf } from "../../src/store/branch.ts";
import { json, refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import {
  answer,
  CONVERSATION,
  detail,
  exchange,
  messageIds,
  NOW,
  page,
  row,
  slowly,
  TURNS,
} from "./page.ts";

describe("sending", () => {
  test("the reply ends up in the thread, the conversation on top of the list", async () => {
    const { chat, store, thread } = page({
      [TURNS]: () => answer(turn("r1"), chunk("Be", 2), chunk("cause.", 8), done()),
    });
    chat.edit("  Why?  ");
    await chat.send();
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
    chat.edit("Why?");
    await chat.send();
    const { count, pieces } = store.state.value.heard;
    expect(count).toBe(1);
    expect(pieces[0]).toContain("Because. Cut short");
  });

  test("nothing is sent from an empty composer, or while a reply comes in", async () => {
    let release: (response: Response) => void = () => undefined;
    const { chat, server } = page({
      [TURNS]: () => new Promise<Response>((resolve) => (release = resolve)),
    });
    chat.edit(" \n ");
    await chat.send();
    chat.edit("Why?");
    const sending = chat.send();
    await chat.send();
    await expect.poll(() => server.asked.length).toBe(1);
    release(answer(turn("r1"), done()));
    await sending;
    expect(messageIds(server)).toHaveLength(1);
  });

  test("what is sent the moment a reply is over waits for its connection to close", async () => {
    const { response, push } = slowly();
    const responses = [response, answer(turn("r2", "m2"), chunk("So.", 3), done())];
    const { chat, thread } = page({ [TURNS]: () => responses.shift() as Response });
    chat.edit("Why?");
    const sending = chat.send();
    push(turn("r1"), chunk("Because.", 8));
    await expect.poll(() => thread().live?.text).toBe("Because.");
    push(done());
    while (thread().live) await Promise.resolve();
    chat.edit("Really?");
    await chat.send();
    await sending;
    expect(thread().messages.map(({ content }) => content)).toEqual([
      ...["Why?", "Because.", "Really?", "So."],
    ]);
  });

  test("a model that is not offered any more is not asked for", async () => {
    const { chat, server } = page({
      "GET /api/models": () => json({ default: "b", models: [{ id: "b", label: "B" }] }),
      [TURNS]: () => answer(turn("r1"), done()),
    });
    await chat.loadModels();
    chat.chooseModel("retired");
    chat.edit("Why?");
    await chat.send();
    expect(server.asked.at(-1)?.body).toMatchObject({ model: "b" });
  });
});

describe("after a failure", () => {
  const unavailable = () => refusal(503, "unavailable", "Try later.", { "retry-after": "4" });

  test.each(["retry", "send"] as const)("%s sends the same message id", async (again) => {
    const answers = [unavailable, () => answer(turn("r1"), chunk("Yes.", 4), done())];
    const { chat, server, thread } = page({ [TURNS]: () => answers.shift()?.() as Response });
    chat.edit("Why?");
    await chat.send();
    expect(thread()).toMatchObject({
      draft: "Why?",
      failure: { message: "Try later.", retryAt: NOW + 4_000 },
    });
    await chat[again]();
    expect(thread()).toMatchObject({ draft: "", failure: null });
    expect(new Set(messageIds(server)).size).toBe(1);
    expect(thread().messages).toHaveLength(2);
  });

  test("another text is another message", async () => {
    const { chat, server } = page({ [TURNS]: unavailable });
    chat.edit("Why?");
    await chat.send();
    chat.edit("Why not?");
    await chat.send();
    expect(new Set(messageIds(server)).size).toBe(2);
  });

  test("a message the server already has is loaded instead of refused", async () => {
    const { chat, thread } = page({
      [TURNS]: () => refusal(409, "already_sent", "Load it again."),
      [CONVERSATION]: () =>
        detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", "complete", "Yes.")),
    });
    chat.edit("Why?");
    await chat.send();
    expect(thread()).toMatchObject({ failure: null, live: null });
    expect(thread().messages.map(({ content }) => content)).toEqual(["Why?", "Yes."]);
  });

  test("an unsent message survives a reload of the page, an accepted one leaves nothing", async () => {
    const answers = [unavailable, () => answer(turn("r1"), done())];
    const { chat, storage } = page({ [TURNS]: () => answers.shift()?.() as Response });
    chat.edit("Why?");
    expect([...storage]).toEqual([["draft:new", "Why?"]]);
    await chat.send();
    expect([...storage]).toEqual([["draft:new", "Why?"]]);
    await chat.retry();
    expect([...storage]).toEqual([]);
  });
});

describe("opening a conversation", () => {
  const under = (content: string) => exchange("streaming", content)();
  const over = exchange("complete", "Because.");

  test("a reply under way is resumed from what is there", async () => {
    const { chat, server, thread } = page({
      [CONVERSATION]: () => under("Be"),
      "GET /api/conversations/c1/turns/r1/events": () =>
        answer(turn("r1"), chunk("cause.", 8), done()),
    });
    await chat.show("c1");
    expect(thread().messages.at(-1)).toMatchObject({ content: "Because.", outcome: "complete" });
    expect(server.paths()).toEqual([CONVERSATION, "GET /api/conversations/c1/turns/r1/events"]);
  });

  test("where the server cannot resume, it is reloaded until the reply is over", async () => {
    const answers = [() => under("Be"), () => under("Becau"), over];
    const { chat, store, thread } = page({ [CONVERSATION]: () => answers.shift()?.() as Response });
    const seen: (string | undefined)[] = [];
    store.select((state) => state.threads.c1?.live?.text).subscribe((text) => seen.push(text));
    await chat.show("c1");
    expect(seen).toEqual([undefined, "Be", "Becau", undefined]);
    expect(thread().messages.at(-1)).toMatchObject({ content: "Because.", outcome: "complete" });
  });

  test("one that is not there is missing, not an error", async () => {
    const { chat, thread } = page({});
    await chat.show("c9");
    expect(thread()).toMatchObject({ id: "c9", state: "missing", failure: null });
  });

  test("one that could not be fetched is fetched by Try again", async () => {
    const answers = [() => refusal(503, "unavailable", "Try later."), over];
    const { chat, thread } = page({ [CONVERSATION]: () => answers.shift()?.() as Response });
    await chat.show("c1");
    expect(thread().failure).toMatchObject({ remedy: { kind: "reload" } });
    await chat.retry();
    expect(thread()).toMatchObject({ state: "ready", failure: null });
  });

  test("a reply goes on while another conversation is on the screen", async () => {
    let release: (response: Response) => void = () => undefined;
    const { chat, store } = page({
      [TURNS]: () => new Promise<Response>((resolve) => (release = resolve)),
      "GET /api/conversations/c2": over,
    });
    chat.edit("Why?");
    const sending = chat.send();
    await chat.show("c2");
    release(answer(turn("r1"), chunk("Because.", 8), done()));
    await sending;
    expect(store.state.value.current).toBe("c2");
    expect(store.thread("c1")?.messages.at(-1)?.content).toBe("Because.");
    expect(store.state.value.heard.pieces).toEqual([]);
  });
});

describe("the list of conversations", () => {
  test("is read page by page, without repeating one that moved", async () => {
    const conversation = (id: string) => ({ id, title: id });
    const { chat, server, store } = page({
      "GET /api/conversations": ({ path }) =>
        path.includes("cursor")
          ? json({ conversations: ["b", "c"].map(conversation), cursor: null })
          : json({ conversations: ["a", "b"].map(conversation), cursor: "next" }),
    });
    await chat.archive.load();
    await chat.archive.load(true);
    const { conversations, cursor } = store.state.value.history;
    expect(conversations.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(cursor).toBe("");
    expect(server.paths()[1]).toBe("GET /api/conversations?cursor=next");
  });

  test("keeps what was asked while it was read, which it may lack", async () => {
    let release: (response: Response) => void = () => undefined;
    const { chat, server, store } = page({
      [TURNS]: () => answer(turn("r1"), chunk("Because.", 8), done()),
      "GET /api/conversations": () => new Promise<Response>((resolve) => (release = resolve)),
    });
    const titles = () => store.state.value.history.conversations.map(({ id }) => id);
    const read = async (meanwhile: () => Promise<void>) => {
      const loading = chat.archive.load();
      await meanwhile();
      release(json({ conversations: [{ id: "a", title: "A" }], cursor: null }));
      await loading;
      return titles();
    };
    chat.edit("Why?");
    expect(await read(() => chat.send())).toEqual(["c1", "a"]);
    const askedAgain = () => expect.poll(() => server.asked.length).toBe(3);
    expect(await read(askedAgain)).toEqual(["a"]);
  });

  test("says why it could not be read", async () => {
    const { chat, store } = page({
      "GET /api/conversations": () => refusal(503, "storage_unavailable", "Not right now."),
    });
    await chat.archive.load();
    expect(store.state.value.history).toMatchObject({ state: "failed", message: "Not right now." });
  });
});

test("a branch that ends on an earlier page is looked for there", async () => {
  const conversation = { id: "c1", title: "A title", model: "m", head: "r1" };
  const newest = { conversation, messages: [row("m9", "user", "complete", "?")], cursor: "before" };
  const earlier = {
    conversation,
    messages: [row("m1", "user", "complete", "Why?"), row("r1", "assistant", "complete", "Yes.")],
    cursor: null,
  };
  const { chat, thread } = page({
    [CONVERSATION]: ({ path }) => json(path.includes("cursor=before") ? earlier : newest),
  });
  await chat.show("c1");
  expect(branchOf(thread()).map(({ id }) => id)).toEqual(["m1", "r1"]);
});
