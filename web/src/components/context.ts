import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { Chat } from "../store/chat.ts";
import type { State } from "../store/state.ts";

export const ChatContext = createContext<Chat | null>(null);

export function useChat(): Chat {
  const chat = useContext(ChatContext);
  if (!chat) throw new Error("There is no chat around this component.");
  return chat;
}

/**
 * Part of the state. The component renders again only when this part changes.
 * `inputs` are the outside values that `read` uses, as in `useMemo`.
 */
export function useSelect<T>(read: (state: State) => T, inputs: readonly unknown[] = []): T {
  const { store } = useChat();
  return useMemo(() => store.select(read), [store, ...inputs]).value;
}
