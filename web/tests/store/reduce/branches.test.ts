import { describe, expect, test } from "vitest";
import type { Outgoing } from "../../../src/api/wire.ts";
import { newestTip } from "../../../src/store/branch.ts";
import type { ThreadEvent } from "../../../src/store/events.ts";
import { newThread } from "../../../src/store/state.ts";
import { FAILURE, given, loaded, row, sending, shown } from "./fixtures.ts";

describe("branches", () => {
  const user = (id: string, parent_id: string | null) => row(id, { role: "user", parent_id });
  const reply = (id: string, parent_id: string) => row(id, { parent_id });
  const rows = [
    ...[user("m1", null), reply("r1", "m1"), user("m2", "r1"), reply("r2", "m2")],
    ...[user("m3", "r1"), reply("r3", "m3"), reply("r4", "m3")],
  ];
  const thread = given(newThread("c1"), loaded(rows, null, "r2"));

  test("the one stored on the server is shown", () => {
    expect(shown(thread)).toEqual(["m1", "r1", "m2", "r2"]);
  });

  test("a missing head is replaced by the newest reply", () => {
    expect(shown(given(thread, loaded(rows, null, "gone")))).toEqual(["m1", "r1", "m3", "r4"]);
  });

  test("another version is shown with its newest branch", () => {
    const head = newestTip(rows, "m3");
    const other = given(thread, { type: "branch-chosen", head, at: 1 });
    expect(shown(other)).toEqual(["m1", "r1", "m3", "r4"]);
  });

  test("switching to a version that is being written makes it live again", () => {
    const writing = row("r5", { parent_id: "m2", status: "streaming", outcome: null, content: "" });
    const before = given(thread, loaded([...rows, writing], null, "r2"));
    expect(before.live).toBeNull();
    const chosen = given(before, { type: "branch-chosen", head: "r5", at: 1 });
    expect(chosen.live).toMatchObject({ replyId: "r5", waiting: true });
  });

  test("an edited message keeps the draft and returns to its field after a failure", () => {
    const edit: Outgoing = { id: "m4", content: "Why", parent_id: "r1" };
    const draft: ThreadEvent = { type: "draft-edited", text: "Why not" };
    const sent = given(thread, draft, sending(edit));
    expect(sent).toMatchObject({ draft: "Why not", unsent: edit });
    expect(shown(sent)).toEqual(["m1", "r1"]);
    const failed = given(sent, { type: "turn-failed", failure: FAILURE });
    expect(failed).toMatchObject({
      draft: "Why not",
      editing: { messageId: "m2", text: "Why" },
    });
    expect(shown(failed)).toEqual(["m1", "r1", "m2", "r2"]);
  });

  test("a loop in the server's parent ids ends", () => {
    const loop = [row("a", { parent_id: "b" }), row("b", { parent_id: "a" })];
    expect(shown(given(newThread("c1"), loaded(loop, null, "b")))).toEqual(["a", "b"]);
  });
});
