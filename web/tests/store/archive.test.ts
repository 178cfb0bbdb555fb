import { describe, expect, test } from "vitest";
import { Archive } from "../../src/store/archive.ts";
import { listed } from "../../src/store/past.ts";
import { json, refusal } from "../api/server.ts";
import { memory } from "./memory.ts";
import { page } from "./page.ts";

const LIST = "GET /api/conversations";

const conversation = (id: string, title: string) => ({
  ...{ id, title, model: "m" },
  ...{ created_at: "2026-11-01T00:00:00Z", updated_at: "2026-11-01T00:00:00Z" },
});

async function withTwo(routes: Parameters<typeof page>[0] = {}) {
  const two = [conversation("a", "Tides of the sea"), conversation("b", "Dinner plan")];
  const all = page({ [LIST]: () => json({ conversations: two, cursor: null }), ...routes });
  await all.chat.archive.load();
  const history = () => all.store.state.value.history;
  const titles = () => listed(history()).map(({ title }) => title);
  return { ...all, history, titles };
}

describe("deleting", () => {
  async function withTime(routes: Parameters<typeof page>[0] = {}) {
    const all = await withTwo(routes);
    let pass: () => void = () => undefined;
    const pause = () => new Promise<void>((resolve) => (pass = resolve));
    const ofTab = memory();
    const archive = new Archive(all.store, all.api, { pause }, ofTab);
    return { ...all, archive, ofTab, timePasses: () => pass() };
  }

  test("takes it off the list at once, and from the server when it is too late", async () => {
    const { archive, timePasses, server, titles, history } = await withTime({
      "DELETE /api/conversations/a": () => new Response(null, { status: 204 }),
    });
    const removing = archive.remove("a");
    expect(titles()).toEqual(["Dinner plan"]);
    expect(history().leaving?.id).toBe("a");
    expect(server.paths()).toEqual([LIST]);
    timePasses();
    await removing;
    expect(server.paths()).toEqual([LIST, "DELETE /api/conversations/a"]);
    expect(history().leaving).toBeNull();
    expect(titles()).toEqual(["Dinner plan"]);
  });

  test("taken back in time never reaches the server", async () => {
    const { archive, timePasses, server, titles } = await withTime();
    const removing = archive.remove("a");
    archive.undo();
    timePasses();
    await removing;
    expect(titles()).toEqual(["Tides of the sea", "Dinner plan"]);
    expect(server.paths()).toEqual([LIST]);
  });

  test("reaches the server when the page is left before", async () => {
    const { archive, server } = await withTime();
    void archive.remove("a");
    await archive.flush();
    expect(server.paths()).toEqual([LIST, "DELETE /api/conversations/a"]);
  });

  test("that did not get through when the page was left is done before the list is read", async () => {
    let there = true;
    const { archive, ofTab, server } = await withTime({
      "DELETE /api/conversations/a": () => {
        if (!there) return new Response(null, { status: 204 });
        there = false;
        return new Promise<Response>(() => undefined);
      },
    });
    void archive.remove("a");
    void archive.flush();
    const after = page({ ...server.routes });
    await new Archive(after.store, after.api, { pause: async () => undefined }, ofTab).load();
    expect(after.server.paths()).toEqual(["DELETE /api/conversations/a", LIST]);
    expect(ofTab.size).toBe(0);
  });

  test("taken back is not done by the next page", async () => {
    const { archive, ofTab } = await withTime();
    void archive.remove("a");
    archive.undo();
    expect(ofTab.size).toBe(0);
  });

  test("another one sends the first", async () => {
    const { archive, server, history } = await withTime();
    void archive.remove("a");
    void archive.remove("b");
    await archive.flush();
    const deleted = server.paths().filter((path) => path.startsWith("DELETE"));
    expect(deleted).toEqual(["DELETE /api/conversations/a", "DELETE /api/conversations/b"]);
    expect(history().conversations).toEqual([]);
  });

  test("that the server refuses brings the conversation back and says why", async () => {
    const { chat, titles, history } = await withTwo({
      "DELETE /api/conversations/a": () => refusal(503, "busy", "Try again later."),
    });
    await chat.archive.remove("a");
    expect(titles()).toEqual(["Tides of the sea", "Dinner plan"]);
    expect(history().notice).toBe("Try again later.");
  });

  test("of everything empties the list, but not what is being written", async () => {
    const { chat, titles, thread } = await withTwo({
      "DELETE /api/conversations": () => new Response(null, { status: 204 }),
    });
    chat.edit("A draft");
    await chat.archive.removeAll();
    expect(titles()).toEqual([]);
    expect(thread().draft).toBe("A draft");
  });
});

describe("renaming", () => {
  test("shows the new title at once and the server's in the end", async () => {
    const { chat, server, titles } = await withTwo({
      "PATCH /api/conversations/a": () => json({ conversation: conversation("a", "Saved title") }),
    });
    const renaming = chat.archive.rename("a", "  New title ");
    expect(titles()[0]).toBe("New title");
    await renaming;
    expect(titles()[0]).toBe("Saved title");
    expect(server.asked.at(-1)?.body).toEqual({ title: "New title" });
  });

  test("to nothing or the same asks for nothing", async () => {
    const { chat, server } = await withTwo();
    await chat.archive.rename("a", "  ");
    await chat.archive.rename("a", "Tides of the sea");
    expect(server.paths()).toEqual([LIST]);
  });

  test("that fails brings the old title back and says why", async () => {
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

describe("searching", () => {
  const pages = (count: number) => ({
    [LIST]: (asked: { path: string }) => {
      const number = Number(/cursor=(\d+)/.exec(asked.path)?.[1] ?? 0);
      const rows = Array.from({ length: 30 }, (_, row) =>
        conversation(`${number}-${row}`, `Chat ${row} of page-${number}`),
      );
      return json({ conversations: rows, cursor: number + 1 < count ? String(number + 1) : null });
    },
  });

  test("finds titles by words in any case and order", async () => {
    const { chat, titles } = await withTwo();
    await chat.archive.search("SEA tides");
    expect(titles()).toEqual(["Tides of the sea"]);
    await chat.archive.search("");
    expect(titles()).toHaveLength(2);
  });

  test("reads on in the list until it has found enough", async () => {
    const { chat, server, titles } = await withTwo(pages(40));
    await chat.archive.search("chat");
    expect(server.asked).toHaveLength(1);
    await chat.archive.search("page-3");
    expect(titles()).toHaveLength(30);
    expect(server.asked).toHaveLength(4);
  });

  test("reads so far only, when there is nothing to find", async () => {
    const { chat, server, history } = await withTwo(pages(40));
    await chat.archive.search("elephants");
    expect(server.asked).toHaveLength(11);
    expect(history().cursor).not.toBe("");
  });

  test("ends when another search begins", async () => {
    const { chat, server } = await withTwo(pages(40));
    const first = chat.archive.search("elephants");
    await chat.archive.search("chat 1");
    await first;
    expect(server.asked.length).toBeLessThan(4);
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
