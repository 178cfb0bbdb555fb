import type { Message as Row } from "../api/wire.ts";
import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";
import { Outcome } from "./Outcome.tsx";
import { Prose } from "./Prose.tsx";
import { Question } from "./Question.tsx";
import { ToolButton } from "./ToolButton.tsx";
import { Versions } from "./Versions.tsx";

interface Props {
  message: Row;
  last: boolean;
}

export function Message({ message, last }: Props) {
  return message.role === "user" ? (
    <Question message={message} />
  ) : (
    <Reply message={message} last={last} />
  );
}

function Reply({ message, last }: Props) {
  const chat = useChat();
  const busy = useSelect((state) => currentThread(state).live !== null);
  const { content, outcome } = message;
  return (
    <article
      class="message"
      data-role="assistant"
      data-outcome={outcome ?? undefined}
      aria-label={t("message.assistant")}
    >
      <Prose text={content} />
      <Outcome message={message} last={last} />
      {outcome !== null && (
        <div class="tools">
          <Versions message={message} />
          <ToolButton
            icon="retry"
            label={t("reply.regenerate")}
            testId="regenerate"
            disabled={busy}
            onClick={() => chat.regenerate(message.id)}
          />
        </div>
      )}
    </article>
  );
}
