import { describe, expect, test } from "vitest";
import { json, refusal } from "../api/server.ts";
import { chunk, done, turn } from "../stream/wire.ts";
import { conversation, LIST, withTwo } from "./history.ts";
import { answer, page, TURNS } from "./page.ts";

describe("the list of conversations", () => {
  test("loads page by page, without repeating a conversation that moved", async () => {
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

  test("keeps a conversation that started during the request", async () => {
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
    chat.composer.edit("Why?");
    expect(await read(() => chat.composer.send())).toEqual(["c1", "a"]);
    const askedAgain = () => expect.poll(() => server.requests.length).toBe(3);
    expect(await read(askedAgain)).toEqual(["a"]);
  });

  test("says why it could not be loaded", async () => {
    const { chat, store } = page({
      "GET /api/conversations": () => refusal(503, "storage_unavailable", "Not right now."),
    });
    await chat.archive.load();
    expect(store.state.value.history).toMatchObject({ state: "failed", message: "Not right now." });
  });
});

describe("renaming", () => {
  test("shows the new title at once, then the server's", async () => {
    const { chat, server, titles } = await withTwo({
      "PATCH /api/conversations/a": () => json({ conversation: conversation("a", "Saved title") }),
    });
    const renaming = chat.archive.rename("a", "  New title ");
    expect(titles()[0]).toBe("New title");
    await renaming;
    expect(titles()[0]).toBe("Saved title");
    expect(server.requests.at(-1)?.body).toEqual({ title: "New title" });
  });

  test("to an empty or unchanged title sends no request", async () => {
    const { chat, server } = await withTwo();
    await chat.archive.rename("a", "  ");
    await chat.archive.rename("a", "Tides of the sea");
    expect(server.paths()).toEqual([LIST]);
  });

  test("restores the old title after a failure and says why", async () => {
    const { chat, titles, history } = await withTwo({
      "PATCH /api/conversations/a": () => refusal(422, "invalid_request", "title: too long."),
    });
    await chat.archive.rename("a", "New title");
    expect(titles()[0]).toBe("Tides of the sea");
    expect(history().notice).toBe("title: too long.");
  });

  test("renames the conversation on the screen too", async () => {
    const { chat, store, thread } = await withTwo({
      "PATCH /api/conversations/c1": () => json({ conversation: conversation("c1", "Renamed") }),
    });
    const open = conversation("c1", "A title");
    const opened = { conversations: [open], cursor: null };
    store.dispatch({ type: "history-loaded", page: opened, next: false });
    await chat.archive.rename("c1", "Renamed");
    expect(thread().title).toBe("Renamed");
  });
});

test("an export is a file named after the conversation", async () => {
  const { chat, store } = await withTwo({
    "GET /api/conversations/a/export": () => new Response("# Tides"),
  });
  store.dispatch({ type: "conversation-changed", id: "a", changes: { title: "../Tides: a/b?" } });
  const file = await chat.archive.export("a", "md");
  expect(file?.name).toBe("Tides a b.md");
  expect(await file?.text()).toBe("# Tides");
});
