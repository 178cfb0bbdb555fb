import { expect, test } from "vitest";
import { chunk, done, turn } from "../../stream/wire.ts";
import { answer, exchange, page, slowly, TURNS } from "../page.ts";

const LONG = "The sea is wide and deep. It is also salty, and cold. Then";

test("an answer is announced by sentences, its rest with the outcome", async () => {
  const { response, push } = slowly();
  const { chat, store } = page({ [TURNS]: () => response });
  const heard = () => store.state.value.announced.pieces;
  chat.composer.edit("Why?");
  const sending = chat.composer.send();
  push(turn("r1"));
  let place = 0;
  for (const character of LONG) push(chunk(character, ++place));
  await expect.poll(() => heard().length).toBe(2);
  expect(heard()).toEqual(["The sea is wide and deep.", "It is also salty, and cold."]);
  push(done());
  await sending;
  expect(heard().at(-1)).toBe("Then End of the answer.");
  expect(store.state.value.announced.count).toBe(3);
});

test("a continued answer is announced from where it continues", async () => {
  const { chat, store } = page({
    "GET /api/conversations/c1": exchange("length", "Read before."),
    "POST /api/conversations/c1/turns/r1/continue": () =>
      answer(turn("r1"), chunk(" And now.", 21), done()),
  });
  await chat.thread.show("c1");
  await chat.replies.continue("r1");
  expect(store.state.value.announced.pieces).toEqual(["And now. End of the answer."]);
});

test("each phase of the wait is announced once", async () => {
  const status = (phase: string) => `event: status\ndata: ${JSON.stringify({ phase })}\n\n`;
  const { chat, store } = page({
    [TURNS]: () =>
      answer(turn("r1"), ...["connecting", "waiting", "warming", "warming"].map(status), done()),
  });
  chat.composer.edit("Why?");
  await chat.composer.send();
  expect(store.state.value.announced.pieces.slice(0, -1)).toEqual([
    "Waiting for the first word",
    "Loading the model",
  ]);
});
