import { currentThread } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { Icon } from "../controls/Icon.tsx";
import { Branch } from "./Branch.tsx";
import { useStickToBottom } from "./scroll.ts";
import { Welcome } from "./Welcome.tsx";

export function Thread() {
  const chat = useChat();
  const empty = useSelect((state) => {
    const { messages, live } = currentThread(state);
    return messages.length === 0 && live === null;
  });
  const live = useSelect((state) => currentThread(state).live !== null);
  const state = useSelect((state) => currentThread(state).state);
  const failed = useSelect((state) => currentThread(state).failure !== null);
  const earlier = useSelect((state) => currentThread(state).earlier !== "");
  const { box, content, following, onScroll, jump } = useStickToBottom(live);

  return (
    <main class="thread-frame" aria-label={t("thread.label")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <div id="thread" class="thread" ref={box} onScroll={onScroll} tabIndex={0}>
        <div class="thread-content" ref={content}>
          {empty && state === "new" && <Welcome />}
          {empty && state === "loading" && !failed && (
            <p class="thread-note">{t("thread.loading")}</p>
          )}
          {state === "missing" && <p class="thread-note">{t("thread.missing")}</p>}
          {earlier && (
            <button type="button" class="quiet-button" onClick={() => chat.thread.loadEarlier()}>
              {t("thread.earlier")}
            </button>
          )}
          <Branch />
        </div>
      </div>
      {!following && (
        <button type="button" class="jump" data-testid="jump" onClick={jump}>
          <Icon name="down" />
          {t("thread.newest")}
        </button>
      )}
    </main>
  );
}
