import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import { t } from "../text/text.ts";
import { useChat } from "./context.ts";

/** Null for a deployment without sign-in. */
export const AccountContext = createContext<Account | null>(null);

export function useAccount(): Account | null {
  return useContext(AccountContext);
}

/** Leaves the page for the provider's sign-in or sign-out page. */
export function useSignIn(account: Account): {
  going: boolean;
  signIn: () => void;
  signOut: () => void;
} {
  const chat = useChat();
  const [going, setGoing] = useState(false);

  useEffect(() => {
    // The browser's Back button restores the page as it was.
    const stay = () => setGoing(false);
    addEventListener("pageshow", stay);
    return () => removeEventListener("pageshow", stay);
  }, []);

  const leave = async (to: Promise<string>) => {
    setGoing(true);
    try {
      location.assign(await to);
    } catch {
      setGoing(false);
      chat.archive.notify(t("error.signIn.failed"));
    }
  };
  return {
    going,
    signIn: () => void leave(account.begin()),
    signOut: () => {
      // The next person at this browser must not find this person's drafts.
      chat.composer.forgetDrafts();
      void leave(account.end());
    },
  };
}
