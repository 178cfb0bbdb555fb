import { describe, expect, test } from "vitest";
import type { TextKey } from "../../src/text/text.ts";
import { t } from "../../src/text/text.ts";
import { json } from "../api/server.ts";
import { answer, NOW, page, TURNS } from "./page.ts";

describe("a limit", () => {
  test.each<[string, TextKey]>([
    ["requests_per_minute", "limit.requests"],
    ["token_budget_per_day", "limit.budget"],
    ["global_token_budget_per_day", "limit.globalBudget"],
    ["concurrent_streams", "limit.streams"],
  ])("%s is explained, with the time to wait", async (limit, words) => {
    const error = { code: "rate_limited", message: "The server's words.", limit };
    const { chat, thread } = page({
      [TURNS]: () => json({ error }, { status: 429, headers: { "retry-after": "9" } }),
    });
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(thread()).toMatchObject({
      draft: "Why?",
      failure: { message: t(words), retryAt: NOW + 9_000, remedy: { kind: "send" } },
    });
  });

  test("unknown to this page is explained in the server's words", async () => {
    const error = { code: "rate_limited", message: "The server's words.", limit: "moon_phase" };
    const { chat, thread } = page({ [TURNS]: () => json({ error }, { status: 429 }) });
    chat.composer.edit("Why?");
    await chat.composer.send();
    expect(thread().failure).toMatchObject({ message: "The server's words.", retryAt: null });
  });

  test("shortens a reply, which its row says", async () => {
    const begun = {
      ...{ conversation_id: "c1", message_id: "m1", reply_id: "r1", title: "A title" },
      ...{ max_tokens: 12, shortened_by: "budget" },
    };
    const { chat, thread } = page({
      [TURNS]: () => answer(`event: turn\ndata: ${JSON.stringify(begun)}\n\n`),
      "GET /api/conversations/c1/turns/r1/events": () => new Promise<Response>(() => undefined),
    });
    chat.composer.edit("Why?");
    void chat.composer.send();
    await expect.poll(() => thread().messages.length).toBe(2);
    expect(thread().messages[1]).toMatchObject({ max_tokens: 12, shortened_by: "budget" });
  });
});
