import type { Message as Row } from "../api/wire.ts";
import { t } from "../text/text.ts";
import { Outcome } from "./Outcome.tsx";

interface Props {
  message: Row;
  last: boolean;
}

export function Message({ message, last }: Props) {
  const { role, content, outcome } = message;
  if (role === "user") {
    return (
      <article class="message" data-role="user" aria-label={t("message.user")}>
        <div class="message-text">{content}</div>
      </article>
    );
  }
  return (
    <article
      class="message"
      data-role="assistant"
      data-outcome={outcome ?? undefined}
      aria-label={t("message.assistant")}
    >
      {content !== "" && <div class="message-text">{content}</div>}
      <Outcome message={message} last={last} />
    </article>
  );
}
