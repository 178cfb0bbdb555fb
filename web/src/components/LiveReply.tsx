import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useSelect } from "./context.ts";
import { Waiting } from "./Waiting.tsx";

/** The reply that is being written. Announced at its end only, not with every token. */
export function LiveReply() {
  const live = useSelect((state) => currentThread(state).live);
  if (!live) return null;
  return (
    <article
      class="message"
      data-role="assistant"
      aria-busy="true"
      aria-label={t("message.assistant")}
    >
      {live.text !== "" && <div class="message-text message-text-live">{live.text}</div>}
      {(live.waiting || live.stopping) && <Waiting live={live} />}
    </article>
  );
}
