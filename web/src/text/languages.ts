import type { KeyValues } from "../store/storage.ts";
import en from "./en.json";
import { type Catalogue, language, speakIn } from "./text.ts";

export const LANGUAGES = { en: "English", de: "Deutsch", ar: "العربية" } as const;

export type Language = keyof typeof LANGUAGES;

const RIGHT_TO_LEFT: readonly Language[] = ["ar"];

// Each is a separate file, loaded only when needed. English is part of the page.
const CATALOGUES: Record<Language, () => Promise<Catalogue>> = {
  en: async () => en,
  de: async () => (await import("./de.json")).default,
  ar: async () => (await import("./ar.json")).default,
};

const KEY = "language";

/** Sets the page's language: the person's choice or, without one, the browser's. */
export async function restoreLanguage(
  storage: KeyValues,
  wanted: readonly string[],
): Promise<void> {
  const chosen = storage.getItem(KEY);
  // If it fails to load, the page stays English.
  await speak(spokenOf(chosen === null ? wanted : [chosen])).catch(() => undefined);
}

/** Throws when the language's texts cannot be loaded. */
export async function chooseLanguage(next: Language, storage: KeyValues): Promise<void> {
  await speak(next);
  storage.setItem(KEY, next);
}

/** Throws when the language's texts cannot be loaded. */
async function speak(next: Language): Promise<void> {
  if (next === language.peek()) return;
  const catalogue = await CATALOGUES[next]();
  const rightToLeft = RIGHT_TO_LEFT.includes(next);
  document.documentElement.lang = next;
  document.documentElement.dir = rightToLeft ? "rtl" : "ltr";
  speakIn(next, catalogue, rightToLeft);
}

/** The first of the wanted languages that the page speaks. */
export function spokenOf(wanted: readonly string[]): Language {
  const known = wanted
    .map((tag) => tag.toLowerCase().split("-")[0] as Language)
    .find((name) => Object.hasOwn(LANGUAGES, name));
  return known ?? "en";
}
