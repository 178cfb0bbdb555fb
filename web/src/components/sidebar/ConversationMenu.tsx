import { addressOf } from "../../address.ts";
import type { ExportFormat } from "../../api/wire.ts";
import { t } from "../../text/text.ts";
import { useChat } from "../context.ts";
import { Menu, MenuItem } from "../controls/Menu.tsx";
import { download } from "./download.ts";
import { renaming, rowMenu } from "./rowMenu.ts";

const FORMATS: ExportFormat[] = ["md", "json"];

/** The actions on a conversation, for the row whose menu is open. */
export function ConversationMenu() {
  const chat = useChat();
  const open = rowMenu.value;
  if (!open) return null;
  const { id } = open.conversation;

  const rename = () => {
    renaming.value = id;
  };

  const save = async (format: ExportFormat) => {
    const file = await chat.archive.export(id, format);
    if (file) download(file);
  };

  const remove = () => {
    if (chat.store.state.peek().current === id) location.hash = addressOf(null);
    void chat.archive.remove(id);
  };

  const close = () => {
    if (rowMenu.peek() === open) rowMenu.value = null;
  };

  return (
    <Menu key={id} label={open.conversation.title} button={open.button} onClose={close}>
      <MenuItem icon="edit" testId="rename" onChoose={rename}>
        {t("conversation.rename")}
      </MenuItem>
      {FORMATS.map((format) => (
        <MenuItem
          key={format}
          icon="save"
          testId={`export-${format}`}
          onChoose={() => void save(format)}
        >
          {t(`conversation.export.${format}`)}
        </MenuItem>
      ))}
      <MenuItem icon="bin" testId="delete" onChoose={remove}>
        {t("conversation.delete")}
      </MenuItem>
    </Menu>
  );
}
