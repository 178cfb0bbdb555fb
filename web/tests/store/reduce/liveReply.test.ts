import { describe, expect, test } from "vitest";
import type { Message } from "../../../src/api/wire.ts";
import { versionsOf } from "../../../src/store/branch.ts";
import type { ThreadEvent } from "../../../src/store/events.ts";
import { newThread } from "../../../src/store/state.ts";
import type { Outcome } from "../../../src/stream/events.ts";
import {
  accepted,
  chunk,
  done,
  FAILURE,
  given,
  ids,
  loaded,
  MESSAGE,
  row,
  sent,
  shown,
} from "./fixtures.ts";

describe("a turn", () => {
  const fresh = { ...newThread("c1"), draft: "Why?" };

  test("sending empties the composer and shows the message as not yet accepted", () => {
    const thread = given(fresh, sent);
    expect(thread).toMatchObject({ draft: "", unsent: MESSAGE, messages: [], state: "new" });
    expect(thread.live).toMatchObject({ replyId: null, text: "", startedAt: 1_000 });
  });

  test("accepted, the message is in the thread and the title is known", () => {
    const thread = given(fresh, sent, accepted);
    expect(thread).toMatchObject({ title: "Why?", unsent: null, state: "ready" });
    expect(thread.messages).toMatchObject([
      { id: "m1", role: "user", content: "Why?", parent_id: null },
      { id: "r1", role: "assistant", status: "streaming", parent_id: "m1" },
    ]);
    expect(thread.head).toBe("r1");
    expect(thread.live?.replyId).toBe("r1");
  });

  test("tokens change the live reply and leave the messages the same object", () => {
    const before = given(fresh, sent, accepted);
    const thread = given(before, chunk("Be"), chunk("cause."));
    expect(thread.live?.text).toBe("Because.");
    expect(thread.messages).toBe(before.messages);
  });

  test.each<Outcome>(["complete", "length", "truncated", "stopped", "interrupted", "error"])(
    "done with %s makes it a message with that outcome",
    (outcome) => {
      const thread = given(fresh, sent, accepted, chunk("Be"), done(outcome));
      expect(thread.live).toBeNull();
      expect(thread.messages[1]).toMatchObject({
        id: "r1",
        role: "assistant",
        content: "Be",
        outcome,
        parent_id: "m1",
        first_token_ms: 40,
      });
    },
  );

  test("a resumed connection may name the turn again without doubling anything", () => {
    const thread = given(fresh, sent, accepted, chunk("Be"), accepted, chunk("cause."));
    expect(ids(thread)).toEqual(["m1", "r1"]);
    expect(thread.live?.text).toBe("Because.");
  });
});

describe("failures", () => {
  const failed: ThreadEvent = { type: "turn-failed", failure: FAILURE };
  const edited = (text: string): ThreadEvent => ({ type: "draft-edited", text });

  test("a message that was not accepted returns to the composer", () => {
    const thread = given(newThread("c1"), sent, failed);
    expect(thread).toMatchObject({ draft: "Why?", unsent: null, live: null, failure: FAILURE });
    expect(thread.messages).toEqual([]);
  });

  test("text written in the meantime is kept after it", () => {
    const thread = given(newThread("c1"), sent, edited("And how?"), failed);
    expect(thread.draft).toBe("Why?\n\nAnd how?");
  });

  test("sending it again takes only that message out of the composer", () => {
    const thread = given(newThread("c1"), sent, edited("And how?"), failed, sent);
    expect(thread).toMatchObject({ draft: "And how?", unsent: MESSAGE, failure: null });
  });

  test("the text of a lost reply stays on the screen", () => {
    const thread = given(newThread("c1"), sent, accepted, chunk("Beca"), failed);
    expect(thread).toMatchObject({ draft: "", live: null });
    expect(thread.messages[1]).toMatchObject({ id: "r1", content: "Beca", outcome: null });
  });
});

describe("an existing reply", () => {
  const short = row("r1", { parent_id: "m1", content: "Be", outcome: "length", status: "length" });
  const thread = given(
    newThread("c1"),
    loaded(
      [row("m1", { role: "user" }), short, row("m2", { role: "user", parent_id: "r1" })],
      null,
      "r1",
    ),
  );
  const continued: ThreadEvent = {
    type: "reply-requested",
    request: { kind: "continue", replyId: "r1" },
    at: 1,
  };
  const again: ThreadEvent = {
    type: "reply-requested",
    request: { kind: "regenerate", replyId: "r1" },
    at: 1,
  };
  const failed: ThreadEvent = { type: "turn-failed", failure: FAILURE };

  test("continued, keeps its text and its place", () => {
    const more = given(thread, continued, accepted, chunk("cause."));
    expect(more.live).toMatchObject({ replyId: "r1", text: "Because.", waiting: false });
    expect(ids(more)).toEqual(["m1", "r1", "m2"]);
    const whole = given(more, done("complete"));
    expect(whole.messages[1]).toMatchObject({ content: "Because.", outcome: "complete" });
    expect(shown(whole)).toEqual(["m1", "r1"]);
  });

  test("is unchanged after a failed continue", () => {
    expect(given(thread, continued, failed).messages).toEqual(thread.messages);
  });

  test("regenerated, leaves the screen at once and returns after a failure", () => {
    const requested = given(thread, again);
    expect(shown(requested)).toEqual(["m1"]);
    expect(shown(given(requested, failed))).toEqual(["m1", "r1"]);
  });

  test("regenerated, becomes a version beside the old one", () => {
    const both = given(
      thread,
      again,
      { ...accepted, reply_id: "r2" },
      chunk("No."),
      done("complete"),
    );
    expect(shown(both)).toEqual(["m1", "r2"]);
    expect(versionsOf(both.messages, both.messages[1] as Message).map(({ id }) => id)).toEqual([
      "r1",
      "r2",
    ]);
  });

  test("keeps its stopping state until it has ended", () => {
    const stopping = given(thread, again, { type: "stopping" });
    expect(stopping.live?.stopping).toBe(true);
    expect(given(stopping, { ...accepted, reply_id: "r2" }).live?.stopping).toBe(true);
  });
});
