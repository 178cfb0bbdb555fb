import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Markdown } from "../../markdown/Markdown.tsx";

// The parser comes once there is an answer to read. Until then, and without it, text is plain.
const loaded = signal<typeof Markdown | null>(null);
let loading = false;

async function load(): Promise<void> {
  if (loading) return;
  loading = true;
  try {
    loaded.value = (await import("../../markdown/Markdown.tsx")).Markdown;
  } catch {
    loading = false;
  }
}

interface Props {
  text: string;
  /** More of the text is to come. */
  live?: boolean;
}

/** What a model wrote: Markdown. */
export function Prose({ text, live = false }: Props) {
  useEffect(() => void load(), []);
  const Loaded = loaded.value;
  if (text === "") return null;
  return Loaded ? (
    <Loaded text={text} live={live} />
  ) : (
    <div class="message-text" dir="auto">
      {text}
    </div>
  );
}
