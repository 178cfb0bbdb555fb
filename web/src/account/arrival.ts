import type { Chat } from "../store/chat.ts";
import { t } from "../text/text.ts";
import type { Account } from "./account.ts";

/** Takes in who comes back from the provider, before anything is asked for in their name. */
export async function arrive(
  account: Account,
  chat: Chat,
  claim: () => Promise<number>,
): Promise<void> {
  account.onChanged(() => location.reload());
  const answer = answerIn(location.search);
  if (!answer) return void claimAgain(chat, claim);
  // A code is good once, and belongs into no history.
  history.replaceState(null, "", location.pathname + location.hash);
  try {
    const place = await account.finish(answer);
    history.replaceState(null, "", location.pathname + place);
    await claim();
  } catch (error) {
    const { reason } = error as { reason?: "denied" | "foreign" | "failed" };
    chat.archive.notify(t(`error.signIn.${reason ?? "failed"}`));
  }
}

/** What was under way when the person signed in, and so was left behind. */
async function claimAgain(chat: Chat, claim: () => Promise<number>): Promise<void> {
  if ((await claim()) > 0) await chat.archive.load();
}

/** What the provider has sent back with the page's address; null when it has sent nothing. */
function answerIn(search: string): URLSearchParams | null {
  const answer = new URLSearchParams(search);
  return answer.has("state") && (answer.has("code") || answer.has("error")) ? answer : null;
}
