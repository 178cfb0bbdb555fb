import { t } from "../../text/text.ts";
import { LiveStatus } from "./LiveStatus.tsx";

/** A reply that has no id from the server yet. */
export function LiveReply() {
  return (
    <article
      class="message"
      data-role="assistant"
      aria-busy="true"
      aria-label={t("message.assistant")}
    >
      <LiveStatus />
    </article>
  );
}
