import { currentThread } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { when } from "../../text/when.ts";
import { useChat, useSelect } from "../context.ts";
import { Icon } from "../controls/Icon.tsx";
import { useNow } from "../controls/now.ts";

/** Says why the last request failed, and offers a retry, after a wait if the server asks for one. */
export function ErrorNotice() {
  const chat = useChat();
  const failure = useSelect((state) => currentThread(state).failure);
  const now = useNow(failure?.retryAt != null);
  if (!failure) return null;
  const { message, retryAt, remedy } = failure;
  const left = retryAt === null ? 0 : Math.ceil((retryAt - now) / 1000);
  return (
    <div class="notice" data-testid="error">
      <Icon name="warning" />
      <p>
        <span role="alert">{message}</span>
        {/* Outside the alert: it changes every second. */}
        {left > 0 && <span class="notice-wait"> {t("error.wait", { when: when(left) })}</span>}
      </p>
      <div class="notice-buttons">
        {remedy && (
          <button
            type="button"
            class="small-button"
            data-testid="retry"
            aria-disabled={left > 0}
            onClick={() => left <= 0 && chat.retry()}
          >
            <Icon name="retry" />
            {t("error.retry")}
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={t("error.dismiss")}
          onClick={() => chat.thread.dismissFailure()}
        >
          <Icon name="close" />
        </button>
      </div>
    </div>
  );
}
