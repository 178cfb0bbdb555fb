import type { AnswerOptions } from "../../store/state.ts";
import { number, t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";

// Position of the slider while nothing is chosen: about the default of most models.
const USUAL_TEMPERATURE = 0.7;

/** Options for answers, in every conversation of this browser. */
export function AnswerSettings() {
  const chat = useChat();
  const answers = useSelect((state) => state.answers);
  const most = useSelect((state) => state.me?.limits.max_tokens ?? null);
  const choose = (change: Partial<AnswerOptions>) => chat.settings.chooseAnswers(change);
  const { temperature, maxTokens } = answers;
  const words = temperature === null ? t("settings.usual") : number(temperature);
  return (
    <>
      <div class="setting">
        <div class="setting-head">
          <label for="temperature">{t("settings.temperature")}</label>
          <button
            type="button"
            class="quiet-button"
            aria-label={`${t("settings.temperature")}: ${t("settings.reset")}`}
            aria-disabled={temperature === null}
            onClick={() => choose({ temperature: null })}
          >
            {t("settings.reset")}
          </button>
          <output for="temperature">{words}</output>
        </div>
        <input
          id="temperature"
          data-testid="temperature"
          type="range"
          min={0}
          max={2}
          step={0.1}
          aria-valuetext={words}
          aria-describedby="temperature-hint"
          data-usual={temperature === null}
          value={temperature ?? USUAL_TEMPERATURE}
          onInput={(event) => choose({ temperature: event.currentTarget.valueAsNumber })}
        />
        <p id="temperature-hint" class="setting-hint">
          {t("settings.temperature.hint")}
        </p>
      </div>
      <div class="setting">
        <div class="setting-head">
          <label for="max-tokens">{t("settings.length")}</label>
          <input
            id="max-tokens"
            class="setting-number"
            data-testid="max-tokens"
            type="number"
            inputmode="numeric"
            min={1}
            max={most ?? undefined}
            placeholder={t("settings.usual")}
            aria-describedby="max-tokens-hint"
            value={maxTokens ?? ""}
            onInput={({ currentTarget: field }) => {
              const maxTokens = wholeOf(field.valueAsNumber, most);
              // Never show a value that the server would refuse.
              if (maxTokens !== field.valueAsNumber) field.value = String(maxTokens ?? "");
              choose({ maxTokens });
            }}
          />
        </div>
        {most !== null && (
          <p id="max-tokens-hint" class="setting-hint">
            {t("settings.length.hint", { most })}
          </p>
        )}
      </div>
    </>
  );
}

/** The nearest length that the server accepts; null for no valid number. */
function wholeOf(value: number, most: number | null): number | null {
  if (!(value >= 1)) return null;
  return Math.min(Math.floor(value), most ?? Number.MAX_SAFE_INTEGER);
}
