import { signal } from "@preact/signals";
import type { ConversationSummary } from "../../api/wire.ts";

interface OpenMenu {
  conversation: ConversationSummary;
  button: HTMLElement;
}

/** The list's shared menu, with the row it is open for. */
export const rowMenu = signal<OpenMenu | null>(null);

/** Id of the conversation that is being renamed. */
export const renaming = signal<string | null>(null);

export function openMenu(conversation: ConversationSummary, button: HTMLElement): void {
  rowMenu.value = { conversation, button };
}
