import type { Message as Row } from "../api/wire.ts";
import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";
import { LiveStatus } from "./LiveStatus.tsx";
import { Outcome } from "./Outcome.tsx";
import { Prose } from "./Prose.tsx";
import { Question } from "./Question.tsx";
import { ToolButton } from "./ToolButton.tsx";
import { Versions } from "./Versions.tsx";

interface Props {
  message: Row;
  last: boolean;
  /** It is being written. Announced at its end only, not with every token. */
  live: boolean;
}

export function Message(props: Props) {
  return props.message.role === "user" ? (
    <Question message={props.message} />
  ) : (
    <Reply {...props} />
  );
}

/** One component from the first token on, so that its end leaves what is on the screen as it is. */
function Reply({ message, last, live }: Props) {
  const chat = useChat();
  const busy = useSelect((state) => currentThread(state).live !== null);
  const { content } = message;
  const outcome = live ? null : message.outcome;
  return (
    <article
      class="message"
      data-role="assistant"
      aria-busy={live || undefined}
      data-outcome={outcome ?? undefined}
      aria-label={t("message.assistant")}
    >
      <ReplyText content={content} live={live} />
      {live ? <LiveStatus /> : <Outcome message={message} last={last} />}
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

function ReplyText({ content, live }: { content: string; live: boolean }) {
  // What was selected may be older than these props: only the props tell which text is right.
  const written = useSelect((state) => (live ? currentThread(state).live?.text : undefined));
  return <Prose text={(live ? written : undefined) ?? content} live={live} />;
}
