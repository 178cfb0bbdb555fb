import type { Token, Tokens } from "marked";
import type { ComponentChild, JSX } from "preact";
import { Groups } from "../components/controls/Groups.tsx";
import { CodeBlock } from "./CodeBlock.tsx";
import { inlineNodes } from "./inline.tsx";

export function blockNode(token: Token): ComponentChild {
  switch (token.type) {
    case "heading":
      return heading(token as Tokens.Heading);
    case "code":
      return (
        <CodeBlock code={(token as Tokens.Code).text} info={(token as Tokens.Code).lang ?? ""} />
      );
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "blockquote":
      return <blockquote>{token.tokens?.map(blockNode)}</blockquote>;
    case "hr":
      return <hr />;
    case "paragraph":
    case "text":
      return <p dir="auto">{token.tokens ? inlineNodes(token.tokens) : token.text}</p>;
    case "space":
    case "def":
      return null;
    default:
      return (
        <p class="as-written" dir="auto">
          {token.raw.trimEnd()}
        </p>
      );
  }
}

/** One level down: the page uses the first level. */
function heading({ depth, tokens }: Tokens.Heading): ComponentChild {
  const Tag = `h${Math.min(6, depth + 1)}` as "h2";
  return <Tag dir="auto">{inlineNodes(tokens)}</Tag>;
}

function list({ ordered, start, loose, items }: Tokens.List): ComponentChild {
  const rows = <Groups of={items} node={itemNode} />;
  const kind = { class: loose ? "loose" : "tight", dir: "auto" as const };
  return ordered ? (
    <ol {...kind} start={start === 1 ? undefined : Number(start)}>
      {rows}
    </ol>
  ) : (
    <ul {...kind}>{rows}</ul>
  );
}

function itemNode(item: Tokens.ListItem): ComponentChild {
  return (
    <li class={item.task ? "task" : undefined}>{withBoxInside(item.tokens).map(blockNode)}</li>
  );
}

/** In a tight list the checkbox of a task comes before its paragraph. */
function withBoxInside(tokens: Token[]): Token[] {
  const [box, text, ...rest] = tokens as Tokens.Generic[];
  if (box?.type !== "checkbox") return tokens;
  return [{ type: "text", raw: "", text: "", tokens: [box, ...(text?.tokens ?? [])] }, ...rest];
}

function table({ header, rows }: Tokens.Table): ComponentChild {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key
    <div class="table-frame" tabIndex={0}>
      <table>
        <thead>
          <tr>{header.map((cell) => cellNode("th", cell))}</tr>
        </thead>
        <tbody>
          <Groups of={rows} node={rowNode} />
        </tbody>
      </table>
    </div>
  );
}

function rowNode(row: Tokens.TableCell[]): ComponentChild {
  return <tr>{row.map((cell) => cellNode("td", cell))}</tr>;
}

function cellNode(Tag: "th" | "td", { align, tokens }: Tokens.TableCell): JSX.Element {
  return (
    <Tag dir="auto" data-align={align ?? undefined}>
      {inlineNodes(tokens)}
    </Tag>
  );
}
