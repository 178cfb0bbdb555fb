import { describe, expect, test } from "vitest";
import { storeAnswers, storedAnswers } from "../../src/store/preferences.ts";
import { DEFAULT_ANSWERS } from "../../src/store/state.ts";
import { json } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { memory } from "./memory.ts";
import { answer, detail, page, TURNS } from "./page.ts";

describe("options for answers", () => {
  test("are restored as stored", () => {
    const storage = memory();
    const chosen = { model: "a/b", temperature: 0, maxTokens: 50 };
    storeAnswers(chosen, storage);
    expect(storedAnswers(storage)).toEqual(chosen);
  });

  test.each(["", "{", "null", "[]", '{"temperature":"1","maxTokens":0}', '{"temperature":3}'])(
    "are left to the server if %j was stored",
    (kept) => {
      const storage = memory();
      storage.setItem("answers", kept);
      expect(storedAnswers(storage)).toEqual(DEFAULT_ANSWERS);
    },
  );

  test("go with every request for a reply", async () => {
    const { chat, server } = page({ [TURNS]: () => answer(turn("r1"), chunk("Yes.", 4), done()) });
    chat.settings.chooseAnswers({ temperature: 0.5 });
    chat.settings.chooseAnswers({ maxTokens: 9 });
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(server.requests.at(-1)?.body).toMatchObject({ temperature: 0.5, max_tokens: 9 });
  });
});

describe("a system prompt", () => {
  test("goes with the first message only", async () => {
    const { chat, server } = page({ [TURNS]: () => answer(turn("r1"), chunk("Yes.", 4), done()) });
    await chat.settings.setSystemPrompt("c1", "Be brief.");
    expect(server.requests).toEqual([]);
    for (const text of ["Why?", "And?"]) {
      chat.composer.edit(text);
      await chat.composer.send();
    }
    const prompts = server.requests.map(
      ({ body }) => (body as { system_prompt?: string }).system_prompt,
    );
    expect(prompts).toEqual(["Be brief.", undefined]);
  });

  test("of a saved conversation changes on the server, or stays as it was", async () => {
    let works = true;
    const { chat, server, store, thread } = page({
      "GET /api/conversations/c1": () => detail(),
      "PATCH /api/conversations/c1": () =>
        works ? json({ conversation: { id: "c1" } }) : json({}, { status: 500 }),
    });
    await chat.thread.show("c1");
    await chat.settings.setSystemPrompt("c1", "Be brief.");
    expect(server.requests.at(-1)?.body).toEqual({ system_prompt: "Be brief." });
    works = false;
    await chat.settings.setSystemPrompt("c1", null);
    expect(thread().systemPrompt).toBe("Be brief.");
    expect(store.state.value.history.notice).not.toBe("");
  });
});

test("the budget is updated after every reply", async () => {
  const limits = { max_tokens: 100 };
  const me = (used: number) => ({ used, limit: 100, remaining: 100 - used, resets_at: "" });
  const { chat, store } = page({
    "GET /api/me": () => json({ user_id: "u", signed_in: false, budget: me(10), limits }),
    [TURNS]: () =>
      answer(
        turn("r1"),
        done().replace('"attempts"', `"budget":${JSON.stringify(me(30))},"attempts"`),
      ),
  });
  await chat.settings.loadMe();
  chat.composer.edit("Why?");
  await chat.composer.send();
  expect(store.state.value.me?.budget.used).toBe(30);
});
