import { useEffect } from "preact/hooks";
import { useChat } from "../components/context.ts";
import { Dialog } from "../components/Dialog.tsx";
import { t } from "../text/text.ts";
import { AnswerSettings } from "./AnswerSettings.tsx";
import { Appearance } from "./Appearance.tsx";
import { BudgetMeter } from "./BudgetMeter.tsx";
import { DeleteAll } from "./DeleteAll.tsx";
import { PromptField } from "./PromptField.tsx";
import { Section } from "./Section.tsx";
import "./settings.css";

/** Everything that a person can set. Each change counts at once. */
export function Settings({ onClose }: { onClose: () => void }) {
  const chat = useChat();

  useEffect(() => {
    // Without an answer there is no meter; everything else works.
    void chat.loadMe().catch(() => undefined);
  }, []);

  return (
    <Dialog title={t("settings.title")} onClose={onClose}>
      <Section title={t("settings.chat")}>
        <PromptField />
      </Section>
      <Section title={t("settings.answers")}>
        <AnswerSettings />
      </Section>
      <Section title={t("settings.look")}>
        <Appearance />
      </Section>
      <BudgetMeter />
      <Section title={t("settings.data")}>
        <DeleteAll />
      </Section>
    </Dialog>
  );
}
