import { useMemo } from "preact/hooks";
import { branchTo } from "../store/branch.ts";
import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { LiveReply } from "./LiveReply.tsx";
import { Message } from "./Message.tsx";
import { useStickToBottom } from "./scroll.ts";
import { Welcome } from "./Welcome.tsx";

export function Thread() {
  const chat = useChat();
  const messages = useSelect((state) => currentThread(state).messages);
  const head = useSelect((state) => currentThread(state).head);
  const tip = useSelect((state) => currentThread(state).live?.tip);
  const liveId = useSelect((state) => currentThread(state).live?.replyId);
  const unsent = useSelect((state) => currentThread(state).unsent);
  const live = useSelect((state) => currentThread(state).live !== null);
  const state = useSelect((state) => currentThread(state).state);
  const failed = useSelect((state) => currentThread(state).failure !== null);
  const earlier = useSelect((state) => currentThread(state).earlier !== "");
  const { box, content, following, onScroll, jump } = useStickToBottom(live);

  const branch = useMemo(
    () => branchTo(messages, tip === undefined ? head : tip),
    [messages, head, tip],
  );
  const empty = messages.length === 0 && !unsent && !live;
  return (
    <main class="thread-frame" aria-label={t("thread.label")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <div class="thread" ref={box} onScroll={onScroll} tabIndex={0}>
        <div class="thread-content" ref={content}>
          {empty && state === "new" && <Welcome />}
          {empty && state === "loading" && !failed && (
            <p class="thread-note">{t("thread.loading")}</p>
          )}
          {state === "missing" && <p class="thread-note">{t("thread.missing")}</p>}
          {earlier && (
            <button type="button" class="quiet-button" onClick={() => chat.loadEarlier()}>
              {t("thread.earlier")}
            </button>
          )}
          {branch.map((message) => (
            <Message
              key={message.id}
              message={message}
              last={message === branch.at(-1)}
              live={message.id === liveId}
            />
          ))}
          {unsent && (
            <article class="message" data-role="user" aria-label={t("message.user")}>
              <div class="message-text">{unsent.content}</div>
            </article>
          )}
          {live && !liveId && <LiveReply />}
        </div>
      </div>
      {!following && (
        <button type="button" class="jump" onClick={jump}>
          <Icon name="down" />
          {t("thread.newest")}
        </button>
      )}
    </main>
  );
}
