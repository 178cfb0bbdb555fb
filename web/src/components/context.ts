import { useComputed } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Chat } from "../store/chat.ts";
import type { State } from "../store/state.ts";

export const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("There is no chat around this component.");
  return chat;
}

/** Part of the state. The component renders again only when this part became another one. */
export function useSelect<T>(read: (state: State) => T): T {
  const { store } = useChat();
  return useComputed(() => read(store.state.value)).value;
}
