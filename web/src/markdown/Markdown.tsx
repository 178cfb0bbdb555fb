import { useRef } from "preact/hooks";
import { blockNode } from "./blocks.tsx";
import { MarkdownDocument } from "./document.ts";
import { Groups } from "./Groups.tsx";

interface Props {
  text: string;
  /** More of the text is to come. */
  live: boolean;
}

export function Markdown({ text, live }: Props) {
  const document = useRef<MarkdownDocument | null>(null);
  document.current ??= new MarkdownDocument();
  return (
    <div class="message-text markdown">
      <Groups of={document.current.update(text, live)} node={blockNode} part="markdown-part" />
    </div>
  );
}
