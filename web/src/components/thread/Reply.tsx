import { currentThread } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { focusAfterSending } from "../controls/focus.ts";
import { ToolButton } from "../controls/ToolButton.tsx";
import { CopyMessage } from "./CopyMessage.tsx";
import { Details } from "./Details.tsx";
import { LiveStatus } from "./LiveStatus.tsx";
import type { MessageProps } from "./messageProps.ts";
import { Outcome } from "./Outcome.tsx";
import { Prose } from "./Prose.tsx";
import { Versions } from "./Versions.tsx";

/** One component for live and ended replies, so that no element is re-created at the end. */
export function Reply({ message, versions, last, live, busy }: MessageProps) {
  const chat = useChat();
  const { id, content } = message;
  const outcome = live ? null : message.outcome;
  return (
    <article
      class="message"
      data-role="assistant"
      aria-busy={live || undefined}
      data-outcome={outcome ?? undefined}
      data-last={last}
      aria-label={t("message.assistant")}
    >
      <ReplyText key={id} content={content} live={live} />
      {live ? <LiveStatus /> : <Outcome message={message} last={last && !busy} />}
      {outcome !== null && (
        <div class="tools">
          <Versions message={message} versions={versions} busy={busy} />
          {content !== "" && <CopyMessage text={content} />}
          <ToolButton
            icon="retry"
            label={t("reply.regenerate")}
            testId="regenerate"
            disabled={busy}
            onClick={() => {
              void chat.replies.regenerate(id);
              focusAfterSending();
            }}
          />
          <Details message={message} />
        </div>
      )}
    </article>
  );
}

function ReplyText({ content, live }: { content: string; live: boolean }) {
  const text = useSelect(
    (state) => (live ? currentThread(state).live?.text : null) ?? content,
    [live, content],
  );
  return <Prose text={text} live={live} />;
}
