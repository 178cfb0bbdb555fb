import type { Api } from "../api/api.ts";
import { isOver, type TokenStore } from "../api/session.ts";
import type { Account } from "./account.ts";

// A conversation stays behind while a reply in it is written, and none is for so long.
const UNDER_WAY_MS = 15 * 60_000;

/**
 * Makes what was said here before signing in the person's own. How many conversations there were;
 * 0 also when it failed: the next visit tries again.
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
  if (isOver(token, now)) {
    anonymous.remove();
    return 0;
  }
  const moved = await api.claim(token).catch(() => null);
  if (moved === null) return 0;
  account.claimed();
  if (now - signIn.since > UNDER_WAY_MS) anonymous.remove();
  return moved;
}
