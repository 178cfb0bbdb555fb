import type { Message } from "../api/wire.ts";
import type { Thread } from "./state.ts";

type Tree = readonly Message[];

/** The loaded messages that lead to `tip`, oldest first. */
export function branchTo(messages: Tree, tip: string | null): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: Message[] = [];
  let next = tip === null ? undefined : byId.get(tip);
  while (next) {
    branch.unshift(next);
    byId.delete(next.id);
    next = next.parent_id === null ? undefined : byId.get(next.parent_id);
  }
  return branch;
}

/** The end of the branch on the screen. */
export function tipOf({ live, head }: Pick<Thread, "live" | "head">): string | null {
  return live ? live.tip : head;
}

/** The branch on the screen, without a message that the server has not accepted yet. */
export function branchOf(thread: Pick<Thread, "messages" | "live" | "head">): Message[] {
  return branchTo(thread.messages, tipOf(thread));
}

/** All versions of a message, including this one, oldest first. */
export function versionsOf(messages: Tree, message: Message): Message[] {
  return messages.filter(
    ({ parent_id, role }) => parent_id === message.parent_id && role === message.role,
  );
}

/** The newest end of all branches through a message. */
export function newestTip(messages: Tree, id: string): string {
  const child = messages.findLast(({ parent_id }) => parent_id === id);
  return child ? newestTip(messages, child.id) : id;
}
