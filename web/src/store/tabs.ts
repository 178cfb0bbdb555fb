/** The other tabs of this browser that show the chat. */
export interface Tabs {
  /** Tells the other tabs that a conversation has changed. */
  tell(conversation: string): void;
  onTold(listener: (conversation: string) => void): void;
}

/** Without BroadcastChannel, each tab notices when it becomes visible. */
export function browserTabs(): Tabs {
  const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("conversations") : null;
  return {
    tell: (conversation) => channel?.postMessage(conversation),
    onTold: (listener) =>
      channel?.addEventListener("message", ({ data }) => listener(String(data))),
  };
}
