import { useEffect, useRef } from "preact/hooks";
import { addressOf } from "../../address.ts";
import { t } from "../../text/text.ts";
import { useAccount } from "../account.ts";
import { Icon } from "../controls/Icon.tsx";
import { ConversationList } from "./ConversationList.tsx";
import { HistorySearch } from "./HistorySearch.tsx";
import { SignInButton } from "./SignInButton.tsx";

interface Props {
  /** Used on a phone only, where the sidebar is a drawer. */
  open: boolean;
  onClose: () => void;
  onSettings: () => void;
}

export function Sidebar({ open, onClose, onSettings }: Props) {
  const drawer = useRef<HTMLElement>(null);
  const account = useAccount();
  const name = account?.signIn.value?.name;

  useEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    drawer.current?.querySelector("button")?.focus();
    const onKey = (event: KeyboardEvent) => {
      // Escape first closes a menu or dialog over the sidebar.
      const over = document.querySelector(":popover-open, dialog[open]");
      if (event.key === "Escape" && !over) onClose();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [open]);

  return (
    <>
      <aside ref={drawer} class="sidebar" data-open={open} aria-label={t("history.title")}>
        <div class="sidebar-head">
          <span class="brand">
            <img src="/icon.svg" alt="" width="26" height="26" />
            {t("app.name")}
          </span>
          <button
            type="button"
            class="icon-button narrow-only"
            aria-label={t("menu.close")}
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        <a class="new-chat" href={addressOf(null)} data-testid="new-chat" onClick={onClose}>
          <Icon name="plus" />
          {t("chat.new")}
        </a>
        <HistorySearch />
        <ConversationList />
        <footer class="sidebar-foot">
          {account && <SignInButton account={account} />}
          <button
            type="button"
            class="sidebar-button"
            data-testid="open-settings"
            onClick={onSettings}
          >
            <Icon name="gear" />
            {t("settings.title")}
            {name && <span class="sidebar-name">{name}</span>}
          </button>
        </footer>
      </aside>
      {/* The close button and Escape do the same from the keyboard. */}
      <div class="backdrop" data-open={open} aria-hidden="true" onClick={onClose} />
    </>
  );
}
