import { type AnswerOptions, DEFAULT_ANSWERS } from "./state.ts";
import type { KeyValues } from "./storage.ts";

const KEY = "answers";

/** The options for answers that were chosen in this browser. */
export function storedAnswers(storage: KeyValues): AnswerOptions {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? "{}");
    return {
      model: typeof kept.model === "string" ? kept.model : null,
      temperature: within(kept.temperature, 0, 2),
      maxTokens: within(kept.maxTokens, 1, Number.MAX_SAFE_INTEGER),
    };
  } catch {
    return DEFAULT_ANSWERS;
  }
}

export function storeAnswers(answers: AnswerOptions, storage: KeyValues): void {
  storage.setItem(KEY, JSON.stringify(answers));
}

function within(value: unknown, least: number, most: number): number | null {
  return typeof value === "number" && value >= least && value <= most ? value : null;
}
