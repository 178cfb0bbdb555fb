import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { Icon } from "../controls/Icon.tsx";

export function HistorySearch() {
  const chat = useChat();
  const query = useSelect((state) => state.history.query);
  return (
    <label class="history-search">
      <Icon name="search" />
      <span class="visually-hidden">{t("search.label")}</span>
      <input
        type="search"
        dir="auto"
        data-testid="search"
        placeholder={t("search.label")}
        value={query}
        onInput={(event) => void chat.archive.search(event.currentTarget.value)}
      />
    </label>
  );
}
