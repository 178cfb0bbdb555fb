/** Guesses from the pointer that there is a physical keyboard, which covers no part of the page. */
export function hasKeyboard(): boolean {
  return matchMedia("(hover: hover)").matches;
}

/** Focuses the composer, or on a phone the thread: a keyboard would cover the answer there. */
export function focusAfterSending(): void {
  const place = document.getElementById(hasKeyboard() ? "composer" : "thread");
  place?.focus({ preventScroll: true });
}
