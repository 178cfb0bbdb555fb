import type { ConversationSummary } from "../api/wire.ts";

const DAY_MS = 24 * 3600 * 1000;

export interface Period {
  /** A named period, or any time in the month. */
  name: "today" | "yesterday" | "week" | Date;
  conversations: ConversationSummary[];
}

/** Groups conversations, newest first, by the day of their last message. */
export function periodsOf(conversations: readonly ConversationSummary[], now: number): Period[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const periods = new Map<string, Period>();
  for (const conversation of conversations) {
    const name = nameOf(new Date(conversation.updated_at), today);
    const key = name instanceof Date ? `${name.getFullYear()}-${name.getMonth()}` : name;
    const period = periods.get(key);
    if (period) period.conversations.push(conversation);
    else periods.set(key, { name, conversations: [conversation] });
  }
  return [...periods.values()];
}

function nameOf(time: Date, today: number): Period["name"] {
  const day = new Date(time).setHours(0, 0, 0, 0);
  // A day may have 23 or 25 hours.
  const ago = Math.round((today - day) / DAY_MS);
  if (ago <= 0) return "today";
  if (ago === 1) return "yesterday";
  return ago <= 7 ? "week" : time;
}
