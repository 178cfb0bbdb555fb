import { expect, test } from "vitest";
import { newThread } from "../../src/store/state.ts";
import { chosenModel } from "../../src/store/store.ts";
import { json, refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { answer, CONVERSATION, page, TURNS } from "./page.ts";

const WARM = "POST /api/models/warm";

test("a model is warmed once a minute, and a refusal is ignored", async () => {
  const { chat, server } = page({ [WARM]: () => refusal(429, "rate_limited", "Too often.") });
  await chat.models.warm("a/b");
  await chat.models.warm("a/b");
  await chat.models.warm("c/d");
  expect(server.requests.map(({ body }) => body)).toEqual([{ model: "a/b" }, { model: "c/d" }]);
});

test("the list says how warm each model is", async () => {
  const warmth = { state: "cold", first_token_ms: null, cold_load_ms: 95_000, checked_at: null };
  const models = [{ id: "a/b", label: "B", warmth }];
  const { chat, store } = page({
    "GET /api/models": () => json({ default: "a/b", models }),
  });
  await chat.models.load();
  expect(store.state.value.models[0]?.warmth?.cold_load_ms).toBe(95_000);
});

test("a model that has answered is shown as warm", async () => {
  const models = [{ id: "model", label: "M", warmth: { state: "cold", cold_load_ms: 9_000 } }];
  const { chat, store } = page({
    "GET /api/models": () => json({ default: "model", models }),
    [TURNS]: () => answer(turn("r1"), chunk("Here.", 5), done()),
  });
  await chat.models.load();
  chat.composer.edit("Are you there?");
  await chat.composer.send();
  expect(store.state.value.models[0]?.warmth).toMatchObject({ state: "warm", cold_load_ms: 9_000 });
});

test("the last choice is for new conversations, not for older ones", async () => {
  const models = ["a", "b"].map((id) => ({ id, label: id }));
  const { chat, store } = page({
    "GET /api/models": () => json({ default: "a", models }),
    [CONVERSATION]: () => json({ conversation: { id: "c1", title: "", model: "a" }, messages: [] }),
  });
  await chat.models.load();
  expect(chosenModel(store.state.value)).toBe("a");
  chat.models.choose("b");
  await chat.thread.show(null);
  expect(chosenModel(store.state.value)).toBe("b");
  store.dispatch({ type: "thread-shown", thread: newThread("c1") });
  await chat.thread.show("c1");
  expect(chosenModel(store.state.value)).toBe("a");
});
