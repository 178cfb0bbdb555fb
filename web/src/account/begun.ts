/** A started sign-in. Only the tab that started it can complete it, and only once. */
interface Begun {
  state: string;
  nonce: string;
  verifier: string;
  /** The address's hash to return to. */
  place: string;
}

const KEY = "sign-in";

export function keepBegun(own: Begun): void {
  sessionStorage.setItem(KEY, JSON.stringify(own));
}

export function begun(): Begun | null {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return kept === null ? null : JSON.parse(kept);
}
