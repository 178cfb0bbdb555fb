import type { ComponentChild } from "preact";
import { useRef } from "preact/hooks";
import { Groups } from "../components/controls/Groups.tsx";
import { blockNode } from "./blocks.tsx";
import { MarkdownDocument } from "./document.ts";

interface Props {
  text: string;
  /** More text will follow. */
  live: boolean;
}

const part = (blocks: ComponentChild[]) => <div class="markdown-part">{blocks}</div>;

export function Markdown({ text, live }: Props) {
  const document = useRef<MarkdownDocument | null>(null);
  document.current ??= new MarkdownDocument();
  return (
    <div class="message-text markdown">
      <Groups of={document.current.update(text, live)} node={blockNode} around={part} />
    </div>
  );
}
