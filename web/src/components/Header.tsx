import { addressOf } from "../address.ts";
import { t } from "../text/text.ts";
import { Icon } from "./controls/Icon.tsx";

interface Props {
  title: string;
  onMenu: () => void;
  onHelp: () => void;
}

export function Header({ title, onMenu, onHelp }: Props) {
  return (
    <header class="page-head">
      <button
        type="button"
        class="icon-button narrow-only"
        aria-label={t("menu.open")}
        onClick={onMenu}
      >
        <Icon name="menu" />
      </button>
      <h1 class="page-title" dir="auto">
        {title || t("chat.new")}
      </h1>
      <button
        type="button"
        class="icon-button wide-only"
        data-testid="open-help"
        aria-label={t("keys.title")}
        title={t("keys.title")}
        onClick={onHelp}
      >
        <Icon name="help" />
      </button>
      <a class="icon-button narrow-only" href={addressOf(null)} aria-label={t("chat.new")}>
        <Icon name="plus" />
      </a>
    </header>
  );
}
