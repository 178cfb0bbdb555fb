import type { Message } from "../api/wire.ts";
import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";
import { QuestionEditor } from "./QuestionEditor.tsx";
import { ToolButton } from "./ToolButton.tsx";
import { Versions } from "./Versions.tsx";

/** What the person said, and may say otherwise. */
export function Question({ message }: { message: Message }) {
  const chat = useChat();
  const busy = useSelect((state) => currentThread(state).live !== null);
  const edited = useSelect((state) => currentThread(state).editing?.messageId === message.id);
  return (
    <article class="message" data-role="user" aria-label={t("message.user")}>
      {edited ? (
        <QuestionEditor />
      ) : (
        <>
          <div class="message-text">{message.content}</div>
          <div class="tools">
            <Versions message={message} />
            <ToolButton
              icon="edit"
              label={t("edit.start")}
              testId="edit"
              disabled={busy}
              onClick={() => chat.startEditing(message.id)}
            />
          </div>
        </>
      )}
    </article>
  );
}
