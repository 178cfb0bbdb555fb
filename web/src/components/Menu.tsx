import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon.tsx";

interface Props {
  /** What it was opened by, and stands beside. */
  button: HTMLElement;
  onClose: () => void;
  children: ComponentChildren;
}

/** Over the page. The browser closes it, on Escape or a click elsewhere, and returns the focus. */
export function Menu({ button, onClose, children }: Props) {
  const menu = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    if (!menu.current) return;
    menu.current.showPopover();
    place(menu.current, button.getBoundingClientRect());
    menu.current.querySelector("button")?.focus();
  }, []);

  return (
    <div
      ref={menu}
      class="menu"
      data-testid="open-menu"
      popover="auto"
      onToggle={(event) => event.newState === "closed" && onClose()}
    >
      {children}
    </div>
  );
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
      class="menu-item"
      data-testid={testId}
      onClick={(event) => {
        event.currentTarget.closest<HTMLElement>("[popover]")?.hidePopover();
        onChoose();
      }}
    >
      <Icon name={icon} />
      {children}
    </button>
  );
}

/** Below the button or, where there is no room, above it. */
function place(menu: HTMLElement, button: DOMRect): void {
  const { offsetHeight, offsetWidth } = menu;
  const below = button.bottom + offsetHeight < innerHeight;
  const rightToLeft = getComputedStyle(menu).direction === "rtl";
  const left = rightToLeft ? button.right - offsetWidth : button.left;
  menu.style.top = `${below ? button.bottom : Math.max(8, button.top - offsetHeight)}px`;
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - offsetWidth - 8))}px`;
}
