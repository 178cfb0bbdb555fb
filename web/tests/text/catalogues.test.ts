// @vitest-environment jsdom
import { afterEach, describe, expect, test } from "vitest";
import ar from "../../src/text/ar.json";
import de from "../../src/text/de.json";
import en from "../../src/text/en.json";
import { LANGUAGES, languageOf, restoreLanguage } from "../../src/text/languages.ts";
import { t } from "../../src/text/text.ts";
import { memory } from "../store/memory.ts";

const CATALOGUES: Record<string, Record<string, string | Record<string, string>>> = { en, de, ar };

const formsOf = (sentence: string | Record<string, string> | undefined): string[] =>
  typeof sentence === "string" ? [sentence] : Object.values(sentence ?? {});

const placeholders = (text: string) => new Set(text.match(/\{\w+\}/g) ?? []);

test("there is a catalogue for every language", () => {
  expect(Object.keys(CATALOGUES)).toEqual(Object.keys(LANGUAGES));
});

describe.each(Object.entries(CATALOGUES))("the texts in %s", (name, catalogue) => {
  test("have the same keys as the English ones, in the same order", () => {
    expect(Object.keys(catalogue)).toEqual(Object.keys(en));
  });

  test("have all plural forms of the language", () => {
    const forms = new Intl.PluralRules(name).resolvedOptions().pluralCategories.toSorted();
    for (const [key, sentence] of Object.entries(catalogue)) {
      if (typeof sentence === "string") continue;
      expect(Object.keys(sentence).toSorted(), key).toEqual(forms);
    }
  });

  test("have the same placeholders as the English ones", () => {
    for (const [key, sentence] of Object.entries(catalogue)) {
      const original = CATALOGUES.en?.[key];
      expect(typeof sentence, key).toBe(typeof original);
      const wanted = new Set(formsOf(original).flatMap((form) => [...placeholders(form)]));
      const found = new Set(formsOf(sentence).flatMap((form) => [...placeholders(form)]));
      expect(found, key).toEqual(wanted);
      for (const form of formsOf(sentence)) {
        expect(form.trim(), key).not.toBe("");
        // Forms for zero, one or two may omit {count}, but no other placeholder.
        for (const each of wanted) {
          if (each !== "{count}") expect(placeholders(form), key).toContain(each);
        }
      }
    }
  });
});

describe("a sentence", () => {
  afterEach(() => restoreLanguage(memory(), ["en"]));

  test.each([
    [["en"], 1, "1 token"],
    [["en"], 1234, "1,234 tokens"],
    [["de"], 1234, "1.234 Token"],
    [["ar"], 2, "رمزان"],
    [["ar"], 3, "3 رموز"],
    [["ar"], 11, "11 رمزًا"],
  ])("in %s with %i", async (wanted, count, words) => {
    await restoreLanguage(memory(), wanted);
    expect(t("details.tokens", { count }).replace(/[٠-٩]/g, latin)).toBe(words);
  });

  test("isolates names in Latin letters in right-to-left text", async () => {
    expect(t("model.chosen", { model: "Llama 3.1" })).toBe("Model: Llama 3.1");
    await restoreLanguage(memory(), ["ar"]);
    expect(t("model.chosen", { model: "Llama 3.1" })).toContain("\u2068Llama 3.1\u2069");
    expect(document.documentElement).toMatchObject({ lang: "ar", dir: "rtl" });
  });
});

const latin = (digit: string) => String("٠١٢٣٤٥٦٧٨٩".indexOf(digit));

test.each([
  [["de-CH", "en"], "de"],
  [["fr", "ar-EG", "en"], "ar"],
  [["EN-gb"], "en"],
  [["fr"], "en"],
  [["constructor"], "en"],
  [[], "en"],
])("a browser that prefers %j gets %s", (wanted, language) => {
  expect(languageOf(wanted)).toBe(language);
});

test("the chosen language overrides the browser's", async () => {
  const storage = memory();
  storage.setItem("language", "de");
  await restoreLanguage(storage, ["ar"]);
  expect(t("chat.new")).toBe("Neuer Chat");
  await restoreLanguage(memory(), ["en"]);
});
