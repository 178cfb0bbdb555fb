import type { KeyValues } from "../store/storage.ts";
import en from "./en.json";
import { type Catalogue, language, setCatalogue } from "./text.ts";

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
  preferred: readonly string[],
): Promise<void> {
  const chosen = storage.getItem(KEY);
  // If it fails to load, the page stays English.
  await use(languageOf(chosen === null ? preferred : [chosen])).catch(() => undefined);
}

/** Throws when the language's texts cannot be loaded. */
export async function chooseLanguage(next: Language, storage: KeyValues): Promise<void> {
  await use(next);
  storage.setItem(KEY, next);
}

/** Throws when the language's texts cannot be loaded. */
async function use(next: Language): Promise<void> {
  if (next === language.peek()) return;
  const catalogue = await CATALOGUES[next]();
  const rightToLeft = RIGHT_TO_LEFT.includes(next);
  document.documentElement.lang = next;
  document.documentElement.dir = rightToLeft ? "rtl" : "ltr";
  setCatalogue(next, catalogue, rightToLeft);
}

/** The first of the preferred languages that the page supports, else English. */
export function languageOf(preferred: readonly string[]): Language {
  const language = preferred
    .map((tag) => tag.toLowerCase().split("-")[0] as Language)
    .find((name) => Object.hasOwn(LANGUAGES, name));
  return language ?? "en";
}
