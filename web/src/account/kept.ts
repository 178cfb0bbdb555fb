import type { KeyValues } from "../store/storage.ts";

/** Somebody's sign-in as this browser keeps it. Without an access token it is over. */
export interface SignIn {
  /** Tells this sign-in from an earlier one of the same person. */
  id: string;
  /** What the provider calls the person, "" if it does not say. */
  name: string;
  /** When it was, in milliseconds since the epoch. */
  since: number;
  access: string | null;
  /** Null where the provider gives none: then it ends with the access token. */
  refresh: string | null;
  /** When the access token ends, in milliseconds since the epoch; null if that was not said. */
  expires: number | null;
  /** The anonymous conversations are this person's. */
  claimed: boolean;
}

export const KEY = "account";

export function read(storage: KeyValues): SignIn | null {
  try {
    return JSON.parse(storage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}

export function write(signIn: SignIn | null, storage: KeyValues): void {
  if (signIn === null) storage.removeItem(KEY);
  else storage.setItem(KEY, JSON.stringify(signIn));
}
