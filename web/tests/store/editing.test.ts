import { describe, expect, test } from "vitest";
import { refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { answer, CONVERSATION, exchange, messageIds, page, TURNS } from "./page.ts";

describe("editing", () => {
  test("sends another version of the message, with the same id again after a failure", async () => {
    const answers = [
      () => refusal(503, "unavailable", "Later."),
      () => answer(turn("r2", "m2"), chunk("So.", 3), done()),
    ];
    const { chat, server, thread } = page({
      [CONVERSATION]: exchange("complete", "Yes."),
      [TURNS]: () => answers.shift()?.() as Response,
    });
    await chat.thread.show("c1");
    chat.composer.startEditing("m1");
    chat.composer.changeEdited("How?");
    await chat.composer.sendEdited();
    expect(thread().editing).toEqual({ messageId: "m1", text: "How?" });
    await chat.composer.sendEdited();
    expect(new Set(messageIds(server)).size).toBe(1);
    expect(server.requests.at(-1)?.body).toMatchObject({ parent_id: null });
    expect(thread()).toMatchObject({ editing: null, head: "r2" });
  });
});

test("editLast edits the last message on the screen", async () => {
  const { chat, thread } = page({ [CONVERSATION]: exchange("complete", "Yes.") });
  await chat.thread.show("c1");
  chat.composer.editLast();
  expect(thread().editing).toEqual({ messageId: "m1", text: "Why?" });
});

test("a failed message keeps its id after its notice is dismissed", async () => {
  const { chat, server } = page({ [TURNS]: () => refusal(503, "unavailable", "Later.") });
  chat.composer.edit("Why?");
  await chat.composer.send();
  chat.thread.dismissFailure();
  await chat.composer.send();
  expect(new Set(messageIds(server)).size).toBe(1);
});
