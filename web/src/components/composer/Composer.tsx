import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { currentThread, isSendable } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { focusAfterSending, hasKeyboard } from "../controls/focus.ts";
import { grow } from "../controls/grow.ts";
import { Icon } from "../controls/Icon.tsx";
import { submits } from "../controls/keys.ts";
import { ModelPicker } from "./ModelPicker.tsx";

export function Composer() {
  const chat = useChat();
  const draft = useSelect((state) => currentThread(state).draft);
  const live = useSelect((state) => currentThread(state).live !== null);
  const stopping = useSelect((state) => currentThread(state).live?.stopping ?? false);
  const field = useRef<HTMLTextAreaElement>(null);
  const sendable = useSelect((state) => isSendable(currentThread(state)));

  useEffect(() => {
    if (hasKeyboard()) field.current?.focus();
  }, []);

  useLayoutEffect(() => {
    if (field.current) grow(field.current);
  }, [draft]);

  const send = () => {
    void chat.composer.send();
    field.current?.focus();
  };

  /** The button disappears with the reply, so move the focus. */
  const stop = () => {
    void chat.replies.stop();
    focusAfterSending();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        id="composer"
        ref={field}
        class="composer-field"
        data-testid="composer"
        rows={1}
        dir="auto"
        aria-label={t("composer.label")}
        aria-describedby="composer-hint"
        placeholder={t("composer.placeholder")}
        enterkeyhint="send"
        value={draft}
        onInput={(event) => chat.composer.edit(event.currentTarget.value)}
        onKeyDown={(event) => {
          // The rendered draft may be older than this key press.
          const empty = event.currentTarget.value === "";
          if (submits(event)) send();
          else if (event.key === "ArrowUp" && empty && !event.isComposing) chat.composer.editLast();
          else return;
          event.preventDefault();
        }}
      />
      <div class="composer-foot">
        <ModelPicker />
        <span id="composer-hint" class="composer-hint">
          {t("composer.hint")}
        </span>
        {live ? (
          <button
            key="stop"
            type="button"
            class="send"
            data-testid="stop"
            aria-label={t("composer.stop")}
            aria-disabled={stopping}
            title={t("composer.stop")}
            onClick={stop}
          >
            <Icon name="stop" />
          </button>
        ) : (
          <button
            key="send"
            type="submit"
            class="send"
            data-testid="send"
            aria-label={t("composer.send")}
            aria-disabled={!sendable}
            title={t("composer.send")}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  );
}
