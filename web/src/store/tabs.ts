/** The other tabs of this browser that show the chat. */
export interface Tabs {
  /** A conversation has something new for them to read. */
  tell(conversation: string): void;
  onTold(listener: (conversation: string) => void): void;
}

/** Without BroadcastChannel each tab finds out when it is looked at. */
export function browserTabs(): Tabs {
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("conversations") : null;
  return {
    tell: (conversation) => channel?.postMessage(conversation),
    onTold: (listener) =>
      channel?.addEventListener("message", ({ data }) => listener(String(data))),
  };
}
