import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";
import { Icon } from "./Icon.tsx";

export function ErrorNotice() {
  const chat = useChat();
  const failure = useSelect((state) => currentThread(state).failure);
  if (!failure) return null;
  const { message, retryAfter, remedy } = failure;
  return (
    <div class="notice" role="alert" data-testid="error">
      <p>
        {message}
        {retryAfter !== null && ` ${t("error.wait", { seconds: retryAfter })}`}
      </p>
      <div class="notice-buttons">
        {remedy && (
          <button
            type="button"
            class="small-button"
            data-testid="retry"
            onClick={() => chat.retry()}
          >
            <Icon name="retry" />
            {t("error.retry")}
          </button>
        )}
        <button
          type="button"
          class="icon-button"
          aria-label={t("error.dismiss")}
          onClick={() => chat.dismissFailure()}
        >
          <Icon name="close" />
        </button>
      </div>
    </div>
  );
}
