import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useSelect } from "./context.ts";
import { Prose } from "./Prose.tsx";
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
      <Prose text={live.text} live />
      {(live.waiting || live.stopping) && <Waiting live={live} />}
    </article>
  );
}
