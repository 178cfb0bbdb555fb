import { currentThread } from "../../store/store.ts";
import { type TextKey, t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { focusAfterSending } from "../controls/focus.ts";

const STARTERS: TextKey[] = [
  "welcome.starter.explain",
  "welcome.starter.write",
  "welcome.starter.code",
  "welcome.starter.plan",
];

export function Welcome() {
  const chat = useChat();
  const writing = useSelect((state) => currentThread(state).draft !== "");
  const start = (text: string) => {
    chat.composer.edit(text);
    void chat.composer.send();
    focusAfterSending();
  };
  return (
    <section class="welcome">
      <img src="/icon.svg" alt="" width="44" height="44" />
      <h2>{t("welcome.title")}</h2>
      <p>{t("welcome.text")}</p>
      <ul class="starters" hidden={writing}>
        {STARTERS.map((key) => (
          <li key={key}>
            <button type="button" class="starter" onClick={() => start(t(key))}>
              {t(key)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
