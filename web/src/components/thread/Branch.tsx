import { useMemo } from "preact/hooks";
import { branchTo, versionsOf } from "../../store/branch.ts";
import { currentThread } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useSelect } from "../context.ts";
import { LiveReply } from "./LiveReply.tsx";
import { Message } from "./Message.tsx";

/** The messages of the chosen branch, with the unsent message and the live reply. */
export function Branch() {
  const messages = useSelect((state) => currentThread(state).messages);
  const head = useSelect((state) => currentThread(state).head);
  const tip = useSelect((state) => currentThread(state).live?.tip);
  const liveId = useSelect((state) => currentThread(state).live?.replyId);
  const unsent = useSelect((state) => currentThread(state).unsent);
  const editing = useSelect((state) => currentThread(state).editing?.messageId);
  const busy = tip !== undefined;
  const branch = useMemo(
    () =>
      branchTo(messages, tip === undefined ? head : tip).map((message) => ({
        message,
        versions: versionsOf(messages, message),
      })),
    [messages, head, tip],
  );
  return (
    <>
      {branch.map(({ message, versions }, index) => (
        // Versions of a message share a key, so that switching keeps the focus.
        <Message
          key={`${message.role} ${message.parent_id}`}
          message={message}
          versions={versions}
          last={index === branch.length - 1}
          live={message.id === liveId}
          busy={busy}
          editing={editing === message.id}
        />
      ))}
      {unsent && (
        <article class="message" data-role="user" aria-label={t("message.user")}>
          <div class="message-text" dir="auto">
            {unsent.content}
          </div>
        </article>
      )}
      {busy && !liveId && <LiveReply />}
    </>
  );
}
