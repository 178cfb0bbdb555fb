/** A started sign-in. Only the tab that started it can complete it, and only once. */
interface PendingSignIn {
  state: string;
  nonce: string;
  verifier: string;
  /** The address's hash to return to. */
  place: string;
}

const KEY = "sign-in";

export function storePending(pending: PendingSignIn): void {
  sessionStorage.setItem(KEY, JSON.stringify(pending));
}

export function takePending(): PendingSignIn | null {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return kept === null ? null : JSON.parse(kept);
}
