import { describe, expect, test } from "vitest";
import { json } from "../api/server.ts";
import { conversation, LIST, withTwo } from "./history.ts";

describe("searching", () => {
  const pages = (count: number) => ({
    [LIST]: (request: { path: string }) => {
      const number = Number(/cursor=(\d+)/.exec(request.path)?.[1] ?? 0);
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

  test("loads older pages until it has found enough", async () => {
    const { chat, server, titles } = await withTwo(pages(40));
    await chat.archive.search("chat");
    expect(server.requests).toHaveLength(1);
    await chat.archive.search("page-3");
    expect(titles()).toHaveLength(30);
    expect(server.requests).toHaveLength(4);
  });

  test("stops after ten pages when there is nothing to find", async () => {
    const { chat, server, history } = await withTwo(pages(40));
    await chat.archive.search("elephants");
    expect(server.requests).toHaveLength(11);
    expect(history().cursor).not.toBe("");
  });

  test("ends when another search begins", async () => {
    const { chat, server } = await withTwo(pages(40));
    const first = chat.archive.search("elephants");
    await chat.archive.search("chat 1");
    await first;
    expect(server.requests.length).toBeLessThan(4);
  });
});
