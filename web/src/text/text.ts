import { signal } from "@preact/signals";
import en from "./en.json";

export type TextKey = keyof typeof en;

const catalogue = signal<Record<TextKey, string>>(en);

/** The page's language, as in `<html lang>`. */
export const language = signal("en");

/** A sentence of the page in its language, with `{names}` filled in. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return catalogue.value[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}
