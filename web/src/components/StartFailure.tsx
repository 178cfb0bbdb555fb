import { t } from "../text/text.ts";

/** Shown instead of the page if it cannot start, as without its configuration. */
export function StartFailure({ message }: { message: string }) {
  return (
    <main class="start-failure">
      <h1>{t("app.name")}</h1>
      <p role="alert" data-testid="error">
        {message}
      </p>
      <button type="button" class="small-button" onClick={() => location.reload()}>
        {t("error.retry")}
      </button>
    </main>
  );
}
