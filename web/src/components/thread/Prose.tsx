import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Markdown } from "../../markdown/Markdown.tsx";

// The parser loads with the first answer. Until then, or if that fails, text stays plain.
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
  /** More text will follow. */
  live?: boolean;
}

/** A model's text, as Markdown. */
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
