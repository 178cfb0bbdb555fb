import { useEffect, useState } from "preact/hooks";

const SHOWN_MS = 2_000;

/** Copies text, and reports the result for a moment. */
export function useCopy(): {
  result: "copied" | "failed" | null;
  copy: (text: string) => void;
} {
  const [result, setResult] = useState<"copied" | "failed" | null>(null);

  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [result]);

  const copy = (text: string) =>
    void write(text).then(
      () => setResult("copied"),
      () => setResult("failed"),
    );
  return { result, copy };
}

async function write(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}
