import { useEffect, useState } from "preact/hooks";
import { t } from "../text/text.ts";
import { Icon } from "./Icon.tsx";

const SHOWN_MS = 2_000;

interface Props {
  /** What is copied: the text of the moment, also while it grows. */
  text: string;
  label: string;
}

export function CopyButton({ text, label }: Props) {
  const [result, setResult] = useState<"copied" | "failed" | null>(null);

  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);

  const words = result === null ? label : t(`copy.${result}`);
  return (
    <button
      type="button"
      class="copy-button"
      data-testid="copy-code"
      data-result={result ?? undefined}
      onClick={() =>
        copy(text).then(
          () => setResult("copied"),
          () => setResult("failed"),
        )
      }
    >
      <Icon name={result === "copied" ? "check" : "copy"} />
      <span aria-live="polite">{words}</span>
    </button>
  );
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
