import type { Element, ElementContent } from "hast";
import { createLowlight } from "lowlight";
import { type ComponentChild, h } from "preact";
import { grammarOf } from "./languages.ts";

export interface Highlighted {
  nodes: ComponentChild[];
  /** False if the code may end inside a comment or string. */
  complete: boolean;
}

export type Highlight = (code: string) => Highlighted;

const lowlight = createLowlight();

/** A highlighter for a language; null if its grammar cannot be loaded. */
export async function highlighter(language: string): Promise<Highlight | null> {
  if (!lowlight.registered(language)) {
    const grammar = await grammarOf(language);
    if (!grammar) return null;
    lowlight.register(language, grammar);
  }
  return (code) => {
    const { children } = lowlight.highlight(language, code, { prefix: "code-" });
    const contents = children as ElementContent[];
    return { nodes: contents.map(node), complete: contents.at(-1)?.type !== "element" };
  };
}

function node(content: ElementContent): ComponentChild {
  return content.type === "element"
    ? span(content)
    : content.type === "text"
      ? content.value
      : null;
}

function span({ properties, children }: Element): ComponentChild {
  const names = properties.className;
  return h("span", { class: Array.isArray(names) ? names.join(" ") : "" }, children.map(node));
}
