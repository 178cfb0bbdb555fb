import { useEffect, useRef } from "preact/hooks";
import type { ConversationSummary } from "../../api/wire.ts";
import { t } from "../../text/text.ts";
import { useChat } from "../context.ts";
import { renaming } from "./rowMenu.ts";

/** Enter or leaving the field saves the title. Escape discards it. */
export function RenameField({ conversation }: { conversation: ConversationSummary }) {
  const { id, title } = conversation;
  const chat = useChat();
  const field = useRef<HTMLInputElement>(null);
  const over = useRef(false);

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const end = (save: boolean) => {
    if (over.current) return;
    over.current = true;
    if (save && field.current) void chat.archive.rename(id, field.current.value);
    renaming.value = null;
  };

  return (
    <input
      ref={field}
      class="rename"
      data-testid="rename-field"
      dir="auto"
      aria-label={t("rename.label")}
      maxLength={200}
      defaultValue={title}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
        event.preventDefault();
        event.stopPropagation();
        end(event.key === "Enter");
      }}
    />
  );
}
