import { describe, expect, test } from "vitest";
import { Archive } from "../../src/store/archive.ts";
import { refusal } from "../api/server.ts";
import { LIST, withTwo } from "./history.ts";
import { memory } from "./memory.ts";
import { page } from "./page.ts";

describe("deleting", () => {
  async function withTime(routes: Parameters<typeof page>[0] = {}) {
    const all = await withTwo(routes);
    let pass: () => void = () => undefined;
    const pause = () => new Promise<void>((resolve) => (pass = resolve));
    const ofTab = memory();
    const archive = new Archive(all.store, all.api, { pause }, ofTab);
    return { ...all, archive, ofTab, timePasses: () => pass() };
  }

  test("removes it from the list at once, and from the server after the undo time", async () => {
    const { archive, timePasses, server, titles, history } = await withTime({
      "DELETE /api/conversations/a": () => new Response(null, { status: 204 }),
    });
    const removing = archive.remove("a");
    expect(titles()).toEqual(["Dinner plan"]);
    expect(history().pendingDeletion?.id).toBe("a");
    expect(server.paths()).toEqual([LIST]);
    timePasses();
    await removing;
    expect(server.paths()).toEqual([LIST, "DELETE /api/conversations/a"]);
    expect(history().pendingDeletion).toBeNull();
    expect(titles()).toEqual(["Dinner plan"]);
  });

  test("undone in time never reaches the server", async () => {
    const { archive, timePasses, server, titles } = await withTime();
    const removing = archive.remove("a");
    archive.undo();
    timePasses();
    await removing;
    expect(titles()).toEqual(["Tides of the sea", "Dinner plan"]);
    expect(server.paths()).toEqual([LIST]);
  });

  test("reaches the server when the page is left early", async () => {
    const { archive, server } = await withTime();
    void archive.remove("a");
    await archive.flush();
    expect(server.paths()).toEqual([LIST, "DELETE /api/conversations/a"]);
  });

  test("cut off when the page was left is repeated before the list is loaded", async () => {
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

  test("undone is not repeated by the next page", async () => {
    const { archive, ofTab } = await withTime();
    void archive.remove("a");
    archive.undo();
    expect(ofTab.size).toBe(0);
  });

  test("another one makes the first final", async () => {
    const { archive, server, history } = await withTime();
    void archive.remove("a");
    void archive.remove("b");
    await archive.flush();
    const deleted = server.paths().filter((path) => path.startsWith("DELETE"));
    expect(deleted).toEqual(["DELETE /api/conversations/a", "DELETE /api/conversations/b"]);
    expect(history().conversations).toEqual([]);
  });

  test("refused by the server restores the conversation and says why", async () => {
    const { chat, titles, history } = await withTwo({
      "DELETE /api/conversations/a": () => refusal(503, "busy", "Try again later."),
    });
    await chat.archive.remove("a");
    expect(titles()).toEqual(["Tides of the sea", "Dinner plan"]);
    expect(history().notice).toBe("Try again later.");
  });

  test("of everything empties the list but keeps the draft", async () => {
    const { chat, titles, thread } = await withTwo({
      "DELETE /api/conversations": () => new Response(null, { status: 204 }),
    });
    chat.composer.edit("A draft");
    await chat.archive.removeAll();
    expect(titles()).toEqual([]);
    expect(thread().draft).toBe("A draft");
  });
});
