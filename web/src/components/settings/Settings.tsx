import { useEffect } from "preact/hooks";
import { t } from "../../text/text.ts";
import { useAccount } from "../account.ts";
import { useChat } from "../context.ts";
import { Dialog } from "../controls/Dialog.tsx";
import { AccountSection } from "./AccountSection.tsx";
import { AnswerSettings } from "./AnswerSettings.tsx";
import { Appearance } from "./Appearance.tsx";
import { BudgetMeter } from "./BudgetMeter.tsx";
import { DeleteAll } from "./DeleteAll.tsx";
import { PromptField } from "./PromptField.tsx";
import { Section } from "./Section.tsx";
import "./settings.css";

/** The settings dialog. Changes apply at once. */
export function Settings({ onClose }: { onClose: () => void }) {
  const chat = useChat();
  const account = useAccount();

  useEffect(() => {
    // Updates the budget. If this fails, everything else still works.
    void chat.settings.loadMe().catch(() => undefined);
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
      {account && (
        <Section title={t("settings.account")}>
          <AccountSection account={account} />
        </Section>
      )}
      <Section title={t("settings.data")}>
        <DeleteAll />
      </Section>
    </Dialog>
  );
}
