import type { Message } from "../../api/wire.ts";
import { endOfSentences, spoken } from "../../text/sentences.ts";
import { t } from "../../text/text.ts";
import type { Heard, Thread } from "../state.ts";

// Screen readers have read older pieces long ago.
const KEPT = 8;

/** The part of the live reply to announce now: whole sentences, never single tokens. */
export function sentencesOf(thread: Thread): { piece: string; thread: Thread } {
  const { live } = thread;
  const end = live ? endOfSentences(live.text, live.spoken) : 0;
  if (!live || end === live.spoken) return { piece: "", thread };
  const piece = spoken(live.text.slice(live.spoken, end));
  return { piece, thread: { ...thread, live: { ...live, spoken: end } } };
}

/** The unannounced rest of a reply that has ended, and its outcome. */
export function endingOf(reply: Message | undefined, from: number): string {
  const outcome = reply?.outcome ?? "complete";
  const words = reply?.error?.message ?? t(`outcome.${outcome}`);
  const ending = outcome === "complete" ? t("announce.done") : words;
  return [spoken(reply?.content.slice(from) ?? ""), ending].filter(Boolean).join(" ");
}

export function hearing(heard: Heard, piece: string): Heard {
  if (piece === "") return heard;
  return { count: heard.count + 1, pieces: [...heard.pieces, piece].slice(-KEPT) };
}
