import { addressOf } from "../../address.ts";
import type { ConversationSummary } from "../../api/wire.ts";
import { t } from "../../text/text.ts";
import { Icon } from "../controls/Icon.tsx";
import { RenameField } from "./RenameField.tsx";
import { openMenu } from "./rowMenu.ts";

export interface RowState extends ConversationSummary {
  open?: boolean;
  renaming?: boolean;
}

/** The list can have thousands of rows, so each is minimal: no state, one shared menu. */
export function conversationRow(row: RowState) {
  const { title, open = false } = row;
  return (
    <li class="history-row" data-testid="conversation" data-open={open}>
      {row.renaming ? (
        <RenameField conversation={row} />
      ) : (
        <>
          <a
            class="history-item"
            dir="auto"
            href={addressOf(row.id)}
            aria-current={open ? "page" : undefined}
          >
            {title || t("chat.new")}
          </a>
          <button
            type="button"
            class="menu-button"
            data-testid="menu"
            aria-label={t("conversation.menu", { title: title || t("chat.new") })}
            aria-haspopup="menu"
            onClick={(event) => openMenu(row, event.currentTarget)}
          >
            <Icon name="more" />
          </button>
        </>
      )}
    </li>
  );
}
