type Key = Pick<KeyboardEvent, "key" | "shiftKey" | "altKey" | "isComposing" | "keyCode">;

/** True for Enter, but not for Shift + Enter or the Enter that ends an IME composition. */
export function submits(event: Key): boolean {
  // Safari reports isComposing = false for the Enter that ends a composition, but keyCode 229.
  const composing = event.isComposing || event.keyCode === 229;
  return event.key === "Enter" && !event.shiftKey && !event.altKey && !composing;
}
