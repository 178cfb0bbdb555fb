import type { ComponentChild } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { type Period, periodsOf } from "../../store/days.ts";
import { visible } from "../../store/reduce/history.ts";
import { language, t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { Groups } from "../controls/Groups.tsx";
import { ConversationMenu } from "./ConversationMenu.tsx";
import { conversationRow, type RowState } from "./ConversationRow.tsx";
import { renaming } from "./rowMenu.ts";

// The browser skips each piece while it is off the screen (content-visibility).
const piece = (rows: ComponentChild[]) => <ul class="history-list">{rows}</ul>;

export function ConversationList() {
  const chat = useChat();
  const history = useSelect((state) => state.history);
  const { conversations, cursor, state, message, query, pendingDeletion } = history;
  const current = useSelect((state) => state.current);
  const renamed = renaming.value;
  const periods = useMemo(
    () => periodsOf(rowsOf(visible(history), current, renamed), Date.now()),
    [conversations, query, pendingDeletion, current, renamed],
  );
  const more = useRef<HTMLButtonElement>(null);
  const searching = query.trim() !== "";
  const hasMore = cursor !== "" && !searching && state !== "failed";

  useEffect(() => {
    if (!hasMore || !more.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && chat.archive.load(true),
      { rootMargin: "600px" },
    );
    observer.observe(more.current);
    return () => observer.disconnect();
  }, [hasMore, conversations]);

  return (
    <nav class="history" aria-label={t("history.title")}>
      <div data-testid="conversation-list">
        {periods.map(({ name, conversations }) => (
          <section key={titleOf(name)} aria-label={titleOf(name)}>
            <h2 class="history-period">{titleOf(name)}</h2>
            <Groups key={language.value} of={conversations} node={conversationRow} around={piece} />
          </section>
        ))}
      </div>
      <ConversationMenu />
      {searching && <SearchReach found={periods.length > 0} />}
      {state === "failed" && <p class="history-note">{t("history.failed", { message })}</p>}
      {conversations.length === 0 && state !== "failed" && (
        <p class="history-note">{t(state === "loading" ? "history.loading" : "history.empty")}</p>
      )}
      {(hasMore || state === "failed") && (
        <button
          ref={more}
          type="button"
          class="quiet-button"
          aria-disabled={state === "loading"}
          onClick={() => chat.archive.load(conversations.length > 0)}
        >
          {t(state === "failed" ? "error.retry" : "history.more")}
        </button>
      )}
    </nav>
  );
}

/** Rows without extra state stay the conversation objects, so that they are not rendered again. */
function rowsOf(conversations: RowState[], current: string, renamed: string | null): RowState[] {
  return conversations.map((row) =>
    row.id === current || row.id === renamed
      ? { ...row, open: row.id === current, renaming: row.id === renamed }
      : row,
  );
}

/** How much was searched, with a button to search older conversations. */
function SearchReach({ found }: { found: boolean }) {
  const chat = useChat();
  const { conversations, cursor, state } = useSelect((state) => state.history);
  const count = conversations.length;
  return (
    <div class="history-note" role="status" data-testid="search-reach">
      {!found && <p>{t(state === "loading" ? "search.searching" : "search.nothing")}</p>}
      <p>{t(cursor === "" ? "search.all" : "search.newest", { count })}</p>
      {cursor !== "" && (
        <button
          type="button"
          class="small-button"
          aria-disabled={state === "loading"}
          onClick={() => chat.archive.load(true)}
        >
          {t("search.older")}
        </button>
      )}
    </div>
  );
}

function titleOf(name: Period["name"]): string {
  if (!(name instanceof Date)) return t(`period.${name}`);
  return new Intl.DateTimeFormat(language.value, { month: "long", year: "numeric" }).format(name);
}
