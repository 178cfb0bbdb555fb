import { useEffect, useRef } from "preact/hooks";
import { addressOf } from "../address.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";
import { hasKeyboard } from "./controls/focus.ts";
import { Icon } from "./controls/Icon.tsx";

/** Offers to undo a deletion, and says why an action on a conversation failed. */
export function UndoNotice() {
  const chat = useChat();
  const pendingDeletion = useSelect((state) => state.history.pendingDeletion);
  const notice = useSelect((state) => state.history.notice);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    // The row that had the focus is gone.
    if (pendingDeletion && hasKeyboard()) button.current?.focus();
  }, [pendingDeletion?.id]);

  const undo = () => {
    if (!pendingDeletion) return;
    chat.archive.undo();
    location.hash = addressOf(pendingDeletion.id);
  };

  return (
    <div class="toasts" role="status">
      {pendingDeletion && (
        <div class="toast" data-testid="undo-notice">
          <p>{t("undo.deleted", { title: pendingDeletion.title || t("chat.new") })}</p>
          <button ref={button} type="button" class="small-button" data-testid="undo" onClick={undo}>
            <Icon name="undo" />
            {t("undo.undo")}
          </button>
        </div>
      )}
      {notice !== "" && (
        <div class="toast" data-testid="history-notice">
          <p>{notice}</p>
          <button
            type="button"
            class="icon-button"
            aria-label={t("error.dismiss")}
            onClick={() => chat.archive.dismissNotice()}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
