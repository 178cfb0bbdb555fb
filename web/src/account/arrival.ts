import type { Chat } from "../store/chat.ts";
import { t } from "../text/text.ts";
import type { Account } from "./account.ts";

type Claim = () => Promise<number>;

/** Completes a sign-in if the page was opened by the provider's redirect, else returns false. */
export async function completeSignIn(account: Account, chat: Chat, claim: Claim): Promise<boolean> {
  account.onChanged(() => location.reload());
  const answer = answerIn(location.search);
  if (!answer) return false;
  // A code works only once and must not stay in the browser's history.
  history.replaceState(null, "", location.pathname + location.hash);
  try {
    const place = await account.finish(answer);
    history.replaceState(null, "", location.pathname + place);
    await claim();
  } catch (error) {
    const { reason } = error as { reason?: "denied" | "foreign" | "failed" };
    chat.archive.notify(t(`error.signIn.${reason ?? "failed"}`));
  }
  return true;
}

/**
 * Claims conversations that were left behind because a reply was being written when the person
 * signed in. They may be missing from the list that `started` loads.
 */
export async function claimAgain(chat: Chat, claim: Claim, started: Promise<void>): Promise<void> {
  const claimed = await claim();
  await started;
  if (claimed > 0) await chat.archive.load();
}

/** The provider's answer in the page's address; null if there is none. */
function answerIn(search: string): URLSearchParams | null {
  const answer = new URLSearchParams(search);
  return answer.has("state") && (answer.has("code") || answer.has("error")) ? answer : null;
}
