import { t } from "../text/text.ts";

export function Welcome() {
  return (
    <section class="welcome">
      <img src="/icon.svg" alt="" width="44" height="44" />
      <h2>{t("welcome.title")}</h2>
      <p>{t("welcome.text")}</p>
    </section>
  );
}
