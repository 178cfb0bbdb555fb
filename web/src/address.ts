/** Id of the conversation in the address. A hash works on any host, without rewrite rules. */
export function conversationIn(hash: string): string | null {
  const id = /^#\/c\/([^/]+)$/.exec(hash)?.[1];
  return id === undefined ? null : decode(id);
}

export function addressOf(conversationId: string | null): string {
  return conversationId === null ? "#/" : `#/c/${encodeURIComponent(conversationId)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
