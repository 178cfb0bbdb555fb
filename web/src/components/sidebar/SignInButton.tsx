import type { Account } from "../../account/account.ts";
import { t } from "../../text/text.ts";
import { useSignIn } from "../account.ts";
import { Icon } from "../controls/Icon.tsx";

/** Shown while the person is not signed in. */
export function SignInButton({ account }: { account: Account }) {
  const { going, signIn } = useSignIn(account);
  if (account.signIn.value?.access) return null;
  return (
    <button
      type="button"
      class="sidebar-button"
      data-testid="sign-in"
      aria-disabled={going}
      onClick={() => !going && signIn()}
    >
      <Icon name="person" />
      {t(going ? "account.going" : "account.signIn")}
    </button>
  );
}
