import { useState } from "preact/hooks";
import { browserStorage } from "../../store/storage.ts";
import { chooseLanguage, LANGUAGES, type Language } from "../../text/languages.ts";
import { language, t } from "../../text/text.ts";
import { chooseTheme, THEMES, theme } from "../../theme.ts";

const NAMES = Object.entries(LANGUAGES) as [Language, string][];

export function Appearance() {
  const [failed, setFailed] = useState(false);
  const storage = browserStorage();

  const choose = async (field: HTMLSelectElement) => {
    try {
      setFailed(false);
      await chooseLanguage(field.value as Language, storage);
    } catch {
      field.value = language.value;
      setFailed(true);
    }
  };

  return (
    <>
      <fieldset class="setting choices">
        <legend>{t("settings.theme")}</legend>
        {THEMES.map((name) => (
          <label key={name} class="choice">
            <input
              type="radio"
              name="theme"
              data-testid={`theme-${name}`}
              checked={theme.value === name}
              onChange={() => chooseTheme(name, storage)}
            />
            <span>{t(`settings.theme.${name}`)}</span>
          </label>
        ))}
      </fieldset>
      <div class="setting setting-head">
        <label for="language">{t("settings.language")}</label>
        <select
          id="language"
          class="setting-select"
          data-testid="language"
          value={language.value}
          onChange={(event) => void choose(event.currentTarget)}
        >
          {NAMES.map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <p class="setting-hint" role="status">
        {failed && t("settings.language.failed")}
      </p>
    </>
  );
}
