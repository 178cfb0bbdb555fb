import type { ComponentChildren, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon.tsx";

const GAP = 4;

interface Props {
  /** The button that opened the menu. The menu is placed beside it. */
  button: HTMLElement;
  label?: string;
  onClose: () => void;
  children: ComponentChildren;
}

/** A popover menu. The browser closes it on Escape or an outside click, and restores the focus. */
export function Menu({ button, label, onClose, children }: Props) {
  const menu = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!menu.current) return;
    menu.current.showPopover();
    place(menu.current, button.getBoundingClientRect());
    const chosen = menu.current.querySelector<HTMLElement>("[aria-checked=true]");
    (chosen ?? menu.current.querySelector("button"))?.focus();
  }, []);

  return (
    <div
      ref={menu}
      class="menu"
      data-testid="open-menu"
      popover="auto"
      role="menu"
      aria-label={label}
      onKeyDown={step}
      onToggle={(event) => event.newState === "closed" && onClose()}
    >
      {children}
    </div>
  );
}

export function closeMenu(inside: Element): void {
  inside.closest<HTMLElement>("[popover]")?.hidePopover();
}

interface ItemProps {
  icon: IconName;
  testId: string;
  onChoose: () => void;
  children: ComponentChildren;
}

export function MenuItem({ icon, testId, onChoose, children }: ItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      class="menu-item"
      data-testid={testId}
      onClick={(event) => {
        closeMenu(event.currentTarget);
        onChoose();
      }}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}

/** Moves the focus with the arrow keys. */
function step(event: TargetedKeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const direction = event.key === "ArrowDown" ? 1 : -1;
  const items: Element[] = [...event.currentTarget.querySelectorAll("button")];
  const at = document.activeElement ? items.indexOf(document.activeElement) : -1;
  (items.at((at + direction) % items.length) as HTMLElement | undefined)?.focus();
}

/** Places it below the button or, without room, above it. */
function place(menu: HTMLElement, button: DOMRect): void {
  const { offsetHeight, offsetWidth } = menu;
  const below = button.bottom + GAP + offsetHeight < innerHeight;
  const rightToLeft = getComputedStyle(menu).direction === "rtl";
  const left = rightToLeft ? button.right - offsetWidth : button.left;
  menu.style.top = `${below ? button.bottom + GAP : Math.max(8, button.top - offsetHeight - GAP)}px`;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
}
