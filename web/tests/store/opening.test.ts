import { describe, expect, test } from "vitest";
import { branchOf } from "../../src/store/branch.ts";
import { json, refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { answer, CONVERSATION, exchange, page, row, TURNS } from "./page.ts";

describe("opening a conversation", () => {
  const under = (content: string) => exchange("streaming", content)();
  const over = exchange("complete", "Because.");

  test("resumes a running reply after the loaded text", async () => {
    const { chat, server, thread } = page({
      [CONVERSATION]: () => under("Be"),
      "GET /api/conversations/c1/turns/r1/events": () =>
        answer(turn("r1"), chunk("cause.", 8), done()),
    });
    await chat.thread.show("c1");
    expect(thread().messages.at(-1)).toMatchObject({ content: "Because.", outcome: "complete" });
    expect(server.paths()).toEqual([CONVERSATION, "GET /api/conversations/c1/turns/r1/events"]);
  });

  test("reloads until the reply has ended if the server cannot resume it", async () => {
    const answers = [() => under("Be"), () => under("Becau"), over];
    const { chat, store, thread } = page({ [CONVERSATION]: () => answers.shift()?.() as Response });
    const texts: (string | undefined)[] = [];
    store.select((state) => state.threads.c1?.live?.text).subscribe((text) => texts.push(text));
    await chat.thread.show("c1");
    expect(texts).toEqual([undefined, "Be", "Becau", undefined]);
    expect(thread().messages.at(-1)).toMatchObject({ content: "Because.", outcome: "complete" });
  });

  test("that does not exist shows as missing, not as an error", async () => {
    const { chat, thread } = page({});
    await chat.thread.show("c9");
    expect(thread()).toMatchObject({ id: "c9", state: "missing", failure: null });
  });

  test("that failed is repeated by Try again", async () => {
    const answers = [() => refusal(503, "unavailable", "Try later."), over];
    const { chat, thread } = page({ [CONVERSATION]: () => answers.shift()?.() as Response });
    await chat.thread.show("c1");
    expect(thread().failure).toMatchObject({ remedy: { kind: "reload" } });
    await chat.retry();
    expect(thread()).toMatchObject({ state: "ready", failure: null });
  });

  test("does not interrupt a reply in the previous one", async () => {
    let release: (response: Response) => void = () => undefined;
    const { chat, store } = page({
      [TURNS]: () => new Promise<Response>((resolve) => (release = resolve)),
      "GET /api/conversations/c2": over,
    });
    chat.composer.edit("Why?");
    const sending = chat.composer.send();
    await chat.thread.show("c2");
    release(answer(turn("r1"), chunk("Because.", 8), done()));
    await sending;
    expect(store.state.value.current).toBe("c2");
    expect(store.thread("c1")?.messages.at(-1)?.content).toBe("Because.");
    expect(store.state.value.announced.pieces).toEqual([]);
  });
});

test("a branch that ends on an earlier page is loaded from there", async () => {
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
  await chat.thread.show("c1");
  expect(branchOf(thread()).map(({ id }) => id)).toEqual(["m1", "r1"]);
});
