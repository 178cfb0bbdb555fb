import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { currentThread } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { focusAfterSending } from "../controls/focus.ts";
import { grow } from "../controls/grow.ts";
import { submits } from "../controls/keys.ts";

/** Edits a sent message. Sending it adds a version beside the old one. */
export function QuestionEditor() {
  const chat = useChat();
  const text = useSelect((state) => currentThread(state).editing?.text ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const sendable = text.trim() !== "";

  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
    return focusAfterSending;
  }, []);

  useLayoutEffect(() => {
    if (field.current) grow(field.current);
  }, [text]);

  const send = () => {
    if (sendable) void chat.composer.sendEdited();
  };

  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        class="editor-field"
        data-testid="edit-field"
        rows={1}
        dir="auto"
        aria-label={t("edit.label")}
        value={text}
        onInput={(event) => chat.composer.changeEdited(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") chat.composer.cancelEditing();
          else if (submits(event)) send();
          else return;
          event.preventDefault();
        }}
      />
      <div class="editor-foot">
        <button type="button" class="small-button" onClick={() => chat.composer.cancelEditing()}>
          {t("edit.cancel")}
        </button>
        <button
          type="submit"
          class="small-button primary"
          data-testid="edit-send"
          aria-disabled={!sendable}
        >
          {t("composer.send")}
        </button>
      </div>
    </form>
  );
}
