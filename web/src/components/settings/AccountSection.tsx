import type { Account } from "../../account/account.ts";
import { t } from "../../text/text.ts";
import { useSignIn } from "../account.ts";

/** Who is signed in, with buttons to sign in or out. */
export function AccountSection({ account }: { account: Account }) {
  const { going, signIn, signOut } = useSignIn(account);
  const who = account.signIn.value;
  const inside = who?.access != null;
  return (
    <div class="setting">
      <p data-testid="account">{wordsFor(who?.name, inside)}</p>
      <div class="setting-buttons">
        {!inside && (
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
        {who && (
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

function wordsFor(name: string | undefined, inside: boolean): string {
  if (name === undefined) return t("account.why");
  if (!inside) return t("account.again");
  return name === "" ? t("account.nameless") : t("account.name", { name });
}
