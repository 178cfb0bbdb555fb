import { t } from "../../text/text.ts";
import { useCopy } from "./copied.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  /** The text to copy; may be growing. */
  text: string;
  label: string;
}

export function CopyButton({ text, label }: Props) {
  const { result, copy } = useCopy();
  const words = result === null ? label : t(`copy.${result}`);
  return (
    <button
      type="button"
      class="copy-button"
      data-testid="copy-code"
      data-result={result ?? undefined}
      onClick={() => copy(text)}
    >
      <Icon name={result === "copied" ? "check" : "copy"} />
      <span aria-live="polite">{words}</span>
    </button>
  );
}
