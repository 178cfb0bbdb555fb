import type { Message } from "../../api/wire.ts";
import { t } from "../../text/text.ts";
import { useChat } from "../context.ts";
import { ToolButton } from "../controls/ToolButton.tsx";

interface Props {
  message: Message;
  versions: Message[];
  busy: boolean;
}

/** The number of the version on the screen, and buttons to the others. */
export function Versions({ message, versions, busy }: Props) {
  const chat = useChat();
  if (versions.length < 2) return null;
  const number = versions.findIndex(({ id }) => id === message.id) + 1;
  const step = (by: number) => chat.thread.showVersion(message.id, by);
  return (
    <span class="versions">
      <ToolButton
        icon="back"
        label={t("versions.before")}
        testId="version-before"
        disabled={busy || number === 1}
        onClick={() => step(-1)}
      />
      <span class="versions-place" data-testid="version">
        {t("versions.place", { number, count: versions.length })}
      </span>
      <ToolButton
        icon="forward"
        label={t("versions.after")}
        testId="version-after"
        disabled={busy || number === versions.length}
        onClick={() => step(1)}
      />
    </span>
  );
}
