import { signal } from "@preact/signals";
import type { ConversationSummary } from "../../api/wire.ts";

interface OpenMenu {
  conversation: ConversationSummary;
  button: HTMLElement;
}

/** The one menu of the list, and the row it is open for. */
export const rowMenu = signal<OpenMenu | null>(null);

/** Id of the conversation that gets a new title. */
export const renaming = signal<string | null>(null);

export function openMenu(conversation: ConversationSummary, button: HTMLElement): void {
  rowMenu.value = { conversation, button };
}
