import { t } from "../../text/text.ts";
import { useChat } from "../context.ts";
import { ToolButton } from "../controls/ToolButton.tsx";
import { CopyMessage } from "./CopyMessage.tsx";
import type { MessageProps } from "./messageProps.ts";
import { QuestionEditor } from "./QuestionEditor.tsx";
import { Versions } from "./Versions.tsx";

/** A message of the person, which they can edit. */
export function Question({ message, versions, busy, editing }: MessageProps) {
  const chat = useChat();
  return (
    <article class="message" data-role="user" aria-label={t("message.user")}>
      {editing ? (
        <QuestionEditor />
      ) : (
        <>
          <div class="message-text" dir="auto">
            {message.content}
          </div>
          <div class="tools">
            <Versions message={message} versions={versions} busy={busy} />
            <CopyMessage text={message.content} />
            <ToolButton
              icon="edit"
              label={t("edit.start")}
              testId="edit"
              disabled={busy}
              onClick={() => chat.composer.startEditing(message.id)}
            />
          </div>
        </>
      )}
    </article>
  );
}
