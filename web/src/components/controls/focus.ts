/** A pointer that hovers comes with a keyboard that covers nothing. */
export function hasKeyboard(): boolean {
  return matchMedia("(hover: hover)").matches;
}

/** Where the next message is written; on a phone that would raise the keyboard over the answer. */
export function focusAfterAsking(): void {
  const place = document.getElementById(hasKeyboard() ? "composer" : "thread");
  place?.focus({ preventScroll: true });
}
