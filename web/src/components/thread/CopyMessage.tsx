import { t } from "../../text/text.ts";
import { useCopy } from "../controls/copied.ts";
import { ToolButton } from "../controls/ToolButton.tsx";

/** Copies a message as it was written: answers as Markdown. */
export function CopyMessage({ text }: { text: string }) {
  const { result, copy } = useCopy();
  return (
    <>
      <ToolButton
        icon={result === "copied" ? "check" : "copy"}
        label={t("message.copy")}
        testId="copy"
        onClick={() => copy(text)}
      />
      <span class="visually-hidden" aria-live="polite">
        {result && t(`copy.${result}`)}
      </span>
    </>
  );
}
