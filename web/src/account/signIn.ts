import type { KeyValues } from "../store/storage.ts";

/** A sign-in as stored in this browser. Without an access token it has ended. */
export interface SignIn {
  /** Distinguishes this sign-in from an earlier one of the same person. */
  id: string;
  /** The person's name at the provider, "" if it gives none. */
  name: string;
  /** Time of the sign-in, in milliseconds since the epoch. */
  since: number;
  access: string | null;
  /** Null if the provider gives none: the sign-in then ends with the access token. */
  refresh: string | null;
  /** Expiry of the access token, in milliseconds since the epoch; null if unknown. */
  expires: number | null;
  /** The anonymous conversations were claimed. */
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
