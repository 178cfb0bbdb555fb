import { describe, expect, test } from "vitest";
import type { ConversationDetail, Message, Outgoing } from "../../src/api/wire.ts";
import { branchOf, newestTip, versionsOf } from "../../src/store/branch.ts";
import type { ThreadEvent } from "../../src/store/events.ts";
import { type Failure, newThread, type Thread } from "../../src/store/state.ts";
import { reduceThread } from "../../src/store/thread.ts";
import type { Outcome, TurnEvent } from "../../src/stream/events.ts";

const MESSAGE = { id: "m1", content: "Why?" };
const FAILURE: Failure = {
  message: "Not now.",
  retryAt: null,
  remedy: { kind: "send", message: MESSAGE },
};

function given(thread: Thread, ...events: (ThreadEvent | TurnEvent)[]): Thread {
  const turnTypes = ["turn", "status", "chunk", "ping", "done"];
  return events.reduce(
    (before, event) =>
      reduceThread(
        before,
        turnTypes.includes(event.type)
          ? { type: "turn-event", event: event as TurnEvent, at: 2_000 }
          : (event as ThreadEvent),
      ),
    thread,
  );
}

const sending = (message: Outgoing): ThreadEvent => ({
  type: "asked",
  ask: { kind: "send", message },
  at: 1_000,
});
const sent = sending(MESSAGE);
const accepted: TurnEvent = {
  type: "turn",
  conversation_id: "c1",
  message_id: "m1",
  reply_id: "r1",
  title: "Why?",
};
const chunk = (content: string): TurnEvent => ({ type: "chunk", content, position: null });
const done = (outcome: Outcome): TurnEvent => ({
  type: "done",
  outcome,
  finish_reason: "stop",
  usage: { prompt: 1, completion: 2, total: 3, estimated: false },
  first_token_ms: 40,
  attempts: 1,
  gateway: "g",
  model: "m",
});
const row = (id: string, fields: Partial<Message> = {}): Message => ({
  id,
  role: "assistant",
  content: `text of ${id}`,
  parent_id: null,
  status: "complete",
  outcome: "complete",
  usage: null,
  created_at: "1970-01-01T00:00:01Z",
  ...fields,
});
const pageOf = (
  messages: Message[],
  cursor: string | null = null,
  head: string | null = null,
): ConversationDetail => ({
  conversation: { id: "c1", title: "Loaded", model: "m", created_at: "", updated_at: "", head },
  messages,
  cursor,
});
const loaded = (...page: Parameters<typeof pageOf>): ThreadEvent => ({
  type: "loaded",
  at: 5_000,
  detail: pageOf(...page),
});
const ids = (thread: Thread) => thread.messages.map(({ id }) => id);
const shown = (thread: Thread) => branchOf(thread).map(({ id }) => id);

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

  test("a message that was not accepted is back in the composer", () => {
    const thread = given(newThread("c1"), sent, failed);
    expect(thread).toMatchObject({ draft: "Why?", unsent: null, live: null, failure: FAILURE });
    expect(thread.messages).toEqual([]);
  });

  test("what was written in the meantime is kept behind it", () => {
    const thread = given(newThread("c1"), sent, edited("And how?"), failed);
    expect(thread.draft).toBe("Why?\n\nAnd how?");
  });

  test("sending it again takes only that message out of the composer", () => {
    const thread = given(newThread("c1"), sent, edited("And how?"), failed, sent);
    expect(thread).toMatchObject({ draft: "And how?", unsent: MESSAGE, failure: null });
  });

  test("of a reply that was lost, the text stays to be read", () => {
    const thread = given(newThread("c1"), sent, accepted, chunk("Beca"), failed);
    expect(thread).toMatchObject({ draft: "", live: null });
    expect(thread.messages[1]).toMatchObject({ id: "r1", content: "Beca", outcome: null });
  });
});

describe("loading", () => {
  test("a reply under way becomes the live one", () => {
    const streaming = row("r2", { status: "streaming", outcome: null });
    const thread = given(newThread("c1"), loaded([row("m2", { role: "user" }), streaming]));
    expect(ids(thread)).toEqual(["m2", "r2"]);
    expect(thread.live).toMatchObject({ replyId: "r2", text: "text of r2", startedAt: 1_000 });
  });

  test("once it is over it is a message like the others", () => {
    const streaming = row("r2", { status: "streaming", outcome: null });
    const thread = given(newThread("c1"), loaded([streaming]), loaded([row("r2")]));
    expect(thread.live).toBeNull();
    expect(thread.messages).toEqual([row("r2")]);
  });

  test("a clock of the server that is ahead does not make the wait negative", () => {
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

  test("a message the server turns out to have is no longer unsent", () => {
    const thread = given(newThread("c1"), sent, loaded([row("m1", { role: "user" })]));
    expect(thread.unsent).toBeNull();
  });
});

describe("a reply that is asked for again", () => {
  const short = row("r1", { parent_id: "m1", content: "Be", outcome: "length", status: "length" });
  const thread = given(
    newThread("c1"),
    loaded(
      [row("m1", { role: "user" }), short, row("m2", { role: "user", parent_id: "r1" })],
      null,
      "r1",
    ),
  );
  const continued: ThreadEvent = { type: "asked", ask: { kind: "continue", replyId: "r1" }, at: 1 };
  const again: ThreadEvent = { type: "asked", ask: { kind: "regenerate", replyId: "r1" }, at: 1 };
  const failed: ThreadEvent = { type: "turn-failed", failure: FAILURE };

  test("to go on keeps its text and its place", () => {
    const more = given(thread, continued, accepted, chunk("cause."));
    expect(more.live).toMatchObject({ replyId: "r1", text: "Because.", waiting: false });
    expect(ids(more)).toEqual(["m1", "r1", "m2"]);
    const whole = given(more, done("complete"));
    expect(whole.messages[1]).toMatchObject({ content: "Because.", outcome: "complete" });
    expect(shown(whole)).toEqual(["m1", "r1"]);
  });

  test("to go on, in vain, is as it was", () => {
    expect(given(thread, continued, failed).messages).toEqual(thread.messages);
  });

  test("anew leaves the screen at once and comes back when it fails", () => {
    const asking = given(thread, again);
    expect(shown(asking)).toEqual(["m1"]);
    expect(shown(given(asking, failed))).toEqual(["m1", "r1"]);
  });

  test("anew becomes a version beside the old one", () => {
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

  test("stopping is remembered until it is over", () => {
    const stopping = given(thread, again, { type: "stopping" });
    expect(stopping.live?.stopping).toBe(true);
    expect(given(stopping, { ...accepted, reply_id: "r2" }).live?.stopping).toBe(true);
  });
});

describe("branches", () => {
  const user = (id: string, parent_id: string | null) => row(id, { role: "user", parent_id });
  const reply = (id: string, parent_id: string) => row(id, { parent_id });
  const rows = [
    ...[user("m1", null), reply("r1", "m1"), user("m2", "r1"), reply("r2", "m2")],
    ...[user("m3", "r1"), reply("r3", "m3"), reply("r4", "m3")],
  ];
  const thread = given(newThread("c1"), loaded(rows, null, "r2"));

  test("the one that the server remembers is shown", () => {
    expect(shown(thread)).toEqual(["m1", "r1", "m2", "r2"]);
  });

  test("a head that is gone gives way to the newest", () => {
    expect(shown(given(thread, loaded(rows, null, "gone")))).toEqual(["m1", "r1", "m3", "r4"]);
  });

  test("another version is shown with the newest that came of it", () => {
    const head = newestTip(rows, "m3");
    const other = given(thread, { type: "branch-chosen", head, at: 1 });
    expect(shown(other)).toEqual(["m1", "r1", "m3", "r4"]);
  });

  test("a version that is being written is the live one again", () => {
    const writing = row("r5", { parent_id: "m2", status: "streaming", outcome: null, content: "" });
    const before = given(thread, loaded([...rows, writing], null, "r2"));
    expect(before.live).toBeNull();
    const chosen = given(before, { type: "branch-chosen", head: "r5", at: 1 });
    expect(chosen.live).toMatchObject({ replyId: "r5", waiting: true });
  });

  test("an edited message leaves the draft alone, and goes back into its field when it fails", () => {
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

  test("a loop in what a server says ends", () => {
    const loop = [row("a", { parent_id: "b" }), row("b", { parent_id: "a" })];
    expect(shown(given(newThread("c1"), loaded(loop, null, "b")))).toEqual(["a", "b"]);
  });
});
