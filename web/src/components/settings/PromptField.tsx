import { useEffect, useRef } from "preact/hooks";
import { currentThread } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";

// The server's limit.
const MOST_CHARACTERS = 8000;

export function PromptField() {
  const id = useSelect((state) => state.current);
  const threadState = useSelect((state) => currentThread(state).state);
  return (
    <Field
      key={`${id} ${threadState}`}
      id={id}
      editable={threadState === "new" || threadState === "ready"}
    />
  );
}

/** Saves when the field loses the focus or the dialog closes. */
function Field({ id, editable }: { id: string; editable: boolean }) {
  const chat = useChat();
  const field = useRef<HTMLTextAreaElement>(null);
  const prompt = useSelect((state) => currentThread(state).systemPrompt ?? "");

  const save = (text: string) => {
    if (editable) void chat.settings.setSystemPrompt(id, text.trim() === "" ? null : text.trim());
  };

  useEffect(() => {
    const written = field.current;
    return () => written && save(written.value);
  }, []);

  return (
    <div class="setting">
      <label for="system-prompt">{t("settings.prompt")}</label>
      <textarea
        id="system-prompt"
        ref={field}
        class="setting-field"
        data-testid="system-prompt"
        dir="auto"
        rows={3}
        maxLength={MOST_CHARACTERS}
        aria-describedby="system-prompt-hint"
        placeholder={t("settings.prompt.placeholder")}
        disabled={!editable}
        defaultValue={prompt}
        onBlur={(event) => save(event.currentTarget.value)}
      />
      <p id="system-prompt-hint" class="setting-hint">
        {t("settings.prompt.hint")}
      </p>
    </div>
  );
}
