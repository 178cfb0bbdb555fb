import type { Account } from "../../account/account.ts";
import { t } from "../../text/text.ts";
import { useSignIn } from "../account.ts";

/** Who is signed in, with buttons to sign in or out. */
export function AccountSection({ account }: { account: Account }) {
  const { going, signIn, signOut } = useSignIn(account);
  const person = account.signIn.value;
  const signedIn = person?.access != null;
  return (
    <div class="setting">
      <p data-testid="account">{wordsFor(person?.name, signedIn)}</p>
      <div class="setting-buttons">
        {!signedIn && (
          <button
            type="button"
            class="small-button"
            data-testid="settings-sign-in"
            aria-disabled={going}
            onClick={() => !going && signIn()}
          >
            {t(going ? "account.going" : "account.signIn")}
          </button>
        )}
        {person && (
          <button
            type="button"
            class="small-button"
            data-testid="sign-out"
            aria-disabled={going}
            onClick={() => !going && signOut()}
          >
            {t("account.signOut")}
          </button>
        )}
      </div>
    </div>
  );
}

function wordsFor(name: string | undefined, signedIn: boolean): string {
  if (name === undefined) return t("account.why");
  if (!signedIn) return t("account.again");
  return name === "" ? t("account.nameless") : t("account.name", { name });
}
