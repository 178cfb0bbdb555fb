import type { Api } from "../api/api.ts";
import { isExpired, type TokenStore } from "../api/session.ts";
import type { Account } from "./account.ts";

// A conversation cannot be claimed while a reply is being written. No reply takes longer than this.
const LONGEST_REPLY_MS = 15 * 60_000;

/**
 * Claims the conversations from before the sign-in. Returns how many were moved;
 * also 0 after a failure, because the next visit tries again.
 */
export async function claimEarlier(
  api: Api,
  account: Account,
  anonymous: TokenStore,
  now: number = Date.now(),
): Promise<number> {
  const signIn = account.signIn.peek();
  const token = anonymous.read();
  if (!signIn || token === null) return 0;
  if (isExpired(token, now)) {
    anonymous.remove();
    return 0;
  }
  const moved = await api.claim(token).catch(() => null);
  if (moved === null) return 0;
  account.claimed();
  if (now - signIn.since > LONGEST_REPLY_MS) anonymous.remove();
  return moved;
}
