type Key = Pick<KeyboardEvent, "key" | "shiftKey" | "altKey" | "isComposing" | "keyCode">;

/** Enter sends. Shift + Enter is a new line, and the Enter that ends an IME composition is its own. */
export function submits(event: Key): boolean {
  // Safari says isComposing = false for the Enter that ends a composition; the code 229 it keeps.
  const composing = event.isComposing || event.keyCode === 229;
  return event.key === "Enter" && !event.shiftKey && !event.altKey && !composing;
}
