import { useEffect, useState } from "preact/hooks";
import { browserStorage } from "../store/storage.ts";

const SWITCH = "help-key";

export interface KeySwitch {
  on: boolean;
  turn: (on: boolean) => void;
}

/** Whether "?" alone opens the help. */
export function useHelpKey(): KeySwitch {
  const storage = browserStorage();
  const [on, setOn] = useState(storage.getItem(SWITCH) !== "off");
  const turn = (next: boolean) => {
    storage.setItem(SWITCH, next ? "on" : "off");
    setOn(next);
  };
  return { on, turn };
}

interface Shortcuts {
  stop: () => void;
  newChat: () => void;
  help: () => void;
  helpKey: boolean;
}

/** Keys that work wherever the focus is, unless a dialog or a component handles them. */
export function useShortcuts({ stop, newChat, help, helpKey }: Shortcuts): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const open = document.querySelector("dialog[open], :popover-open");
      if (event.defaultPrevented || event.isComposing || open) return;
      const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
      if (event.key === "Escape") stop();
      else if (command && event.key.toLowerCase() === "k") newChat();
      else if (command && event.key === "/") help();
      else if (event.key === "?" && helpKey && !isWriting(event.target)) help();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [stop, newChat, help, helpKey]);
}

/** "Ctrl", or "⌘" on Apple's keyboards. */
export function commandKey(): string {
  return /mac|iphone|ipad/i.test(navigator.platform) ? "⌘" : "Ctrl";
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, textarea, select");
}
