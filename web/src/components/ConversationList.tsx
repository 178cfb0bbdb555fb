import { addressOf } from "../address.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";

export function ConversationList() {
  const chat = useChat();
  const history = useSelect((state) => state.history);
  const current = useSelect((state) => state.current);
  const empty = history.conversations.length === 0;

  return (
    <nav class="history" aria-label={t("history.title")}>
      <ul class="history-list" data-testid="conversation-list">
        {history.conversations.map(({ id, title }) => (
          <li key={id}>
            <a
              class="history-item"
              href={addressOf(id)}
              aria-current={id === current ? "page" : undefined}
            >
              {title || t("chat.new")}
            </a>
          </li>
        ))}
      </ul>
      {history.state === "failed" && (
        <p class="history-note">{t("history.failed", { message: history.message })}</p>
      )}
      {empty && history.state !== "failed" && (
        <p class="history-note">
          {t(history.state === "loading" ? "history.loading" : "history.empty")}
        </p>
      )}
      {(history.cursor !== "" || history.state === "failed") && (
        <button
          type="button"
          class="quiet-button"
          aria-disabled={history.state === "loading"}
          onClick={() => chat.loadHistory(!empty)}
        >
          {t(history.state === "failed" ? "error.retry" : "history.more")}
        </button>
      )}
    </nav>
  );
}
