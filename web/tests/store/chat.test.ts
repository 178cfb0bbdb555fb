import { describe, expect, test } from "vitest";
import { Api } from "../../src/api/api.ts";
import { branchOf } from "../../src/store/branch.ts";
import { Chat } from "../../src/store/chat.ts";
import { Drafts } from "../../src/store/drafts.ts";
import { initialState, newThread } from "../../src/store/state.ts";
import { currentThread, Store } from "../../src/store/store.ts";
import { FakeServer, json, refusal, tokenStore } from "../api/server.ts";
import { bodyOf, bytes, chunk, done, turn } from "../stream/wire.ts";

const TURNS = "POST /api/conversations/c1/turns";
const CONVERSATION = "GET /api/conversations/c1";

const row = (id: string, role: string, status: string, content: string) => ({
  ...{ id, role, status, content, usage: null, created_at: "" },
  parent_id: role === "user" ? null : "m1",
  outcome: status === "streaming" || role === "user" ? null : status,
});
const detail = (...messages: unknown[]) =>
  json({ conversation: { id: "c1", title: "A title", model: "m" }, messages, cursor: null });

function memory(): Pick<Storage, "getItem" | "setItem" | "removeItem"> & Map<string, string> {
  return Object.assign(new Map<string, string>(), {
    getItem(this: Map<string, string>, key: string) {
      return this.get(key) ?? null;
    },
    setItem(this: Map<string, string>, key: string, value: string) {
      this.set(key, value);
    },
    removeItem(this: Map<string, string>, key: string) {
      this.delete(key);
    },
  });
}

function page(routes: FakeServer["routes"]) {
  const server = new FakeServer(routes);
  const storage = memory();
  const drafts = new Drafts(storage);
  const store = new Store(initialState(newThread("c1")));
  drafts.keep(store);
  const clock = { now: () => 1_000, pause: async () => undefined };
  const api = new Api("https://function.example", tokenStore(), server.fetch);
  const chat = new Chat(store, api, drafts, clock);
  return { server, storage, store, chat, thread: () => currentThread(store.state.value) };
}

const answer = (...frames: string[]) => bodyOf(frames.map(bytes));
const messageIds = (server: FakeServer) =>
  server.asked
    .filter(({ method, path }) => method === "POST" && path.endsWith("/turns"))
    .map(({ body }) => (body as { message: { id: string } }).message.id);

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
    const heard: string[] = [];
    store.select((state) => state.announcement).subscribe((text) => heard.push(text));
    chat.edit("Why?");
    await chat.send();
    expect(heard).toHaveLength(2);
    expect(heard[1]).toContain("Because. Cut short");
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
      failure: { message: "Try later.", retryAfter: 4 },
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
  const under = (content: string) =>
    detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", "streaming", content));
  const over = () =>
    detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", "complete", "Because."));

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
    expect(store.state.value.announcement).toBe("");
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
    await chat.loadHistory();
    await chat.loadHistory(true);
    const { conversations, cursor } = store.state.value.history;
    expect(conversations.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(cursor).toBe("");
    expect(server.paths()[1]).toBe("GET /api/conversations?cursor=next");
  });

  test("says why it could not be read", async () => {
    const { chat, store } = page({
      "GET /api/conversations": () => refusal(503, "storage_unavailable", "Not right now."),
    });
    await chat.loadHistory();
    expect(store.state.value.history).toMatchObject({ state: "failed", message: "Not right now." });
  });
});

describe("stopping", () => {
  const STOP = "POST /api/conversations/c1/turns/r1/stop";

  /** An answer whose frames come when the test says so. */
  function slowly() {
    let push: (...frames: string[]) => void = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        push = (...frames) => {
          for (const frame of frames) controller.enqueue(bytes(frame));
        };
      },
    });
    return { response: new Response(body), push };
  }

  test("a reply that has an id is stopped at once, and is no failure", async () => {
    const { response, push } = slowly();
    const { chat, server, thread } = page({
      [TURNS]: () => response,
      [STOP]: () => new Response(null, { status: 202 }),
    });
    chat.edit("Why?");
    const sending = chat.send();
    push(turn("r1"), chunk("Be", 2));
    await expect.poll(() => thread().live?.text).toBe("Be");
    await Promise.all([chat.stop(), chat.stop()]);
    expect(server.paths().filter((path) => path === STOP)).toHaveLength(1);
    push(chunk("ca", 4), done("stopped"));
    await sending;
    expect(thread()).toMatchObject({ live: null, failure: null });
    expect(thread().messages.at(-1)).toMatchObject({ content: "Beca", outcome: "stopped" });
  });

  test("before it has one, as soon as it has", async () => {
    const { response, push } = slowly();
    const { chat, server, thread } = page({
      [TURNS]: () => response,
      [STOP]: () => new Response(null, { status: 202 }),
    });
    chat.edit("Why?");
    const sending = chat.send();
    await chat.stop();
    expect(server.paths()).toEqual([TURNS]);
    push(turn("r1"), done("stopped"));
    await sending;
    expect(server.paths()).toEqual([TURNS, STOP]);
    expect(thread()).toMatchObject({ failure: null, draft: "" });
  });

  test("a stop that got lost is asked for again, and told when it stays lost", async () => {
    const { response, push } = slowly();
    const { chat, server, thread } = page({
      [TURNS]: () => response,
      [STOP]: () => new TypeError("Failed to fetch"),
    });
    chat.edit("Why?");
    const sending = chat.send();
    push(turn("r1"));
    await expect.poll(() => thread().live?.accepted).toBe(true);
    await chat.stop();
    expect(server.paths().filter((path) => path === STOP)).toHaveLength(3);
    expect(thread()).toMatchObject({ live: { stopping: false }, failure: { remedy: null } });
    push(done());
    await sending;
  });
});

describe("a reply that is there", () => {
  const ended = (status: string) => () =>
    detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", status, "Be"));
  const ask = (verb: string) => `POST /api/conversations/c1/turns/r1/${verb}`;

  test("goes on where it ended", async () => {
    const { chat, thread } = page({
      [CONVERSATION]: ended("length"),
      [ask("continue")]: () => answer(turn("r1"), chunk("cause.", 8), done()),
    });
    await chat.show("c1");
    await chat.continueReply("r1");
    expect(thread().messages.at(-1)).toMatchObject({ content: "Because.", outcome: "complete" });
  });

  test("whose continuation another tab began is read with it", async () => {
    const answers = [ended("length"), ended("complete")];
    const { chat, thread } = page({
      [CONVERSATION]: () => answers.shift()?.() as Response,
      [ask("continue")]: () => refusal(409, "not_continuable", "It goes on already."),
    });
    await chat.show("c1");
    await chat.continueReply("r1");
    expect(thread()).toMatchObject({ live: null, failure: null });
    expect(thread().messages.at(-1)).toMatchObject({ outcome: "complete" });
  });

  test.each([
    [() => refusal(503, "unavailable", "Later."), { kind: "regenerate", replyId: "r1" }],
    // It may have arrived: asking again could make two of it.
    [() => new TypeError("Failed to fetch"), { kind: "reload" }],
  ])("is made anew by Try again, or looked for (%#)", async (failing, remedy) => {
    const { chat, thread } = page({ [CONVERSATION]: ended("error"), [ask("regenerate")]: failing });
    await chat.show("c1");
    await chat.regenerate("r1");
    expect(thread().failure).toMatchObject({ remedy });
  });

  test("made anew, is one of two versions; the other is a step away and remembered", async () => {
    const { chat, server, thread } = page({
      [CONVERSATION]: ended("complete"),
      [ask("regenerate")]: () => answer(turn("r2", "m1"), chunk("No.", 3), done()),
      "PATCH /api/conversations/c1": () => json({}),
    });
    await chat.show("c1");
    await chat.regenerate("r1");
    expect(thread().head).toBe("r2");
    await chat.showVersion("r2", -1);
    expect(thread().head).toBe("r1");
    expect(server.asked.at(-1)).toMatchObject({ method: "PATCH", body: { head: "r1" } });
    await chat.showVersion("r1", -1);
    expect(thread().head).toBe("r1");
  });
});

describe("editing", () => {
  test("sends a version beside the message, and again with the same id after a failure", async () => {
    const answers = [
      () => refusal(503, "unavailable", "Later."),
      () => answer(turn("r2", "m2"), chunk("So.", 3), done()),
    ];
    const { chat, server, thread } = page({
      [CONVERSATION]: () =>
        detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", "complete", "Yes.")),
      [TURNS]: () => answers.shift()?.() as Response,
    });
    await chat.show("c1");
    chat.startEditing("m1");
    chat.changeEdited("How?");
    await chat.sendEdited();
    expect(thread().editing).toEqual({ messageId: "m1", text: "How?" });
    await chat.sendEdited();
    expect(new Set(messageIds(server)).size).toBe(1);
    expect(server.asked.at(-1)?.body).toMatchObject({ parent_id: null });
    expect(thread()).toMatchObject({ editing: null, head: "r2" });
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
