import { language } from "./text.ts";

/** A time from now, in the page's language: "in 17 seconds". */
export function when(seconds: number, now: number = Date.now()): string {
  const relative = new Intl.RelativeTimeFormat(language.value);
  if (seconds < 100) return relative.format(seconds, "second");
  if (seconds < 100 * 60) return relative.format(Math.ceil(seconds / 60), "minute");
  const clock = new Intl.DateTimeFormat(language.value, { hour: "numeric", minute: "2-digit" });
  const hours = relative.format(Math.round(seconds / 3600), "hour");
  return `${hours} (${clock.format(now + seconds * 1000)})`;
}
