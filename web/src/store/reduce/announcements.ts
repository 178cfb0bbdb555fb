import type { Message } from "../../api/wire.ts";
import { endOfSentences, plainText } from "../../text/sentences.ts";
import { t } from "../../text/text.ts";
import type { Announcements, Thread } from "../state.ts";

// Older pieces have already been read out.
const KEPT = 8;

/** The part of the live reply to announce now: whole sentences, never single tokens. */
export function sentencesOf(thread: Thread): { piece: string; thread: Thread } {
  const { live } = thread;
  const end = live ? endOfSentences(live.text, live.announced) : 0;
  if (!live || end === live.announced) return { piece: "", thread };
  const piece = plainText(live.text.slice(live.announced, end));
  return { piece, thread: { ...thread, live: { ...live, announced: end } } };
}

/** The unannounced rest of a reply that has ended, and its outcome. */
export function endingOf(reply: Message | undefined, from: number): string {
  const outcome = reply?.outcome ?? "complete";
  const words = reply?.error?.message ?? t(`outcome.${outcome}`);
  const ending = outcome === "complete" ? t("announce.done") : words;
  return [plainText(reply?.content.slice(from) ?? ""), ending].filter(Boolean).join(" ");
}

export function withPiece(announcements: Announcements, piece: string): Announcements {
  if (piece === "") return announcements;
  return { count: announcements.count + 1, pieces: [...announcements.pieces, piece].slice(-KEPT) };
}
