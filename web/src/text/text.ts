import { batch, signal } from "@preact/signals";
import en from "./en.json";

export type TextKey = keyof typeof en;

/** A sentence, or its plural forms by the number `count` (Intl.PluralRules). */
type Sentence = string | Partial<Record<Intl.LDMLPluralRule, string>>;

export type Catalogue = Record<TextKey, Sentence>;

interface Locale {
  catalogue: Catalogue;
  numbers: Intl.NumberFormat;
  plurals: Intl.PluralRules;
  rightToLeft: boolean;
}

/** The page's language, as in `<html lang>`. */
export const language = signal("en");

const locale = signal(localeOf("en", en, false));

export function setCatalogue(name: string, catalogue: Catalogue, rightToLeft: boolean): void {
  batch(() => {
    language.value = name;
    locale.value = localeOf(name, catalogue, rightToLeft);
  });
}

/** A text in the page's language, with `{names}` filled in. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  const { catalogue, plurals } = locale.value;
  const sentence = catalogue[key];
  const form =
    typeof sentence === "string"
      ? sentence
      : (sentence[plurals.select(Number(values.count))] ?? sentence.other ?? "");
  return form.replace(/\{(\w+)\}/g, (whole, name) => written(values[name]) ?? whole);
}

export function number(value: number): string {
  return locale.value.numbers.format(value);
}

function written(value: string | number | undefined): string | undefined {
  if (typeof value === "number") return number(value);
  // Isolate it: Latin letters would reorder the text around them (Unicode's FSI and PDI).
  return locale.value.rightToLeft && value !== undefined ? `\u2068${value}\u2069` : value;
}

function localeOf(name: string, catalogue: Catalogue, rightToLeft: boolean): Locale {
  return {
    catalogue,
    numbers: new Intl.NumberFormat(name, { maximumFractionDigits: 2 }),
    plurals: new Intl.PluralRules(name),
    rightToLeft,
  };
}
