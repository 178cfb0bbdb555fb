/** The conversation a page address names. A hash needs no rewriting rule where the page is hosted. */
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
