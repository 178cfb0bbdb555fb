import { describe, expect, test } from "vitest";
import { newThread } from "../../../src/store/state.ts";
import { given, ids, loaded, pageOf, row, sent } from "./fixtures.ts";

describe("loading", () => {
  test("a reply that is being written becomes the live one", () => {
    const streaming = row("r2", { status: "streaming", outcome: null });
    const thread = given(newThread("c1"), loaded([row("m2", { role: "user" }), streaming]));
    expect(ids(thread)).toEqual(["m2", "r2"]);
    expect(thread.live).toMatchObject({ replyId: "r2", text: "text of r2", startedAt: 1_000 });
  });

  test("once it has ended it is a message like the others", () => {
    const streaming = row("r2", { status: "streaming", outcome: null });
    const thread = given(newThread("c1"), loaded([streaming]), loaded([row("r2")]));
    expect(thread.live).toBeNull();
    expect(thread.messages).toEqual([row("r2")]);
  });

  test("a server clock that is ahead does not make the wait negative", () => {
    const streaming = row("r2", { status: "streaming", created_at: "2999-01-01T00:00:00Z" });
    expect(given(newThread("c1"), loaded([streaming])).live?.startedAt).toBe(5_000);
  });

  test("the newest page replaces what it covers and keeps earlier messages", () => {
    const first = given(newThread("c1"), loaded([row("c"), row("d")], "before-c"));
    const detail = pageOf([row("a"), row("b")], "before-a");
    const both = given(first, { type: "earlier-loaded", detail });
    expect(ids(both)).toEqual(["a", "b", "c", "d"]);
    const again = given(both, loaded([row("c"), row("d"), row("e")], "before-c"));
    expect(ids(again)).toEqual(["a", "b", "c", "d", "e"]);
    expect(again.earlier).toBe("before-a");
  });

  test("a message that the server has after all is no longer unsent", () => {
    const thread = given(newThread("c1"), sent, loaded([row("m1", { role: "user" })]));
    expect(thread.unsent).toBeNull();
  });
});
