import type { Token, Tokens } from "marked";
import type { ComponentChild } from "preact";
import { t } from "../text/text.ts";
import { withoutReferences } from "./entities.ts";
import { namesHost, safeAddress } from "./link.ts";

/** Inline content. HTML becomes text, images become links, and links go to https only. */
export function inlineNodes(tokens: readonly Token[]): ComponentChild[] {
  return tokens.map(inlineNode);
}

function inlineNode(token: Token): ComponentChild {
  switch (token.type) {
    case "strong":
      return <strong>{inlineNodes(token.tokens ?? [])}</strong>;
    case "em":
      return <em>{inlineNodes(token.tokens ?? [])}</em>;
    case "del":
      return <del>{inlineNodes(token.tokens ?? [])}</del>;
    case "codespan":
      return <code dir="ltr">{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "checkbox":
      return <Checkbox checked={(token as Tokens.Checkbox).checked} />;
    case "escape":
      return (token as Tokens.Escape).text;
    case "link":
    case "image":
      return <Link token={token as Tokens.Link | Tokens.Image} />;
    case "text":
      return token.tokens ? inlineNodes(token.tokens) : withoutReferences(token.text);
    case "html":
      // In table cells, <br> is the only way to start a new line.
      return /^<br\s*\/?>$/i.test(token.raw) ? <br /> : token.raw;
    default:
      return token.raw;
  }
}

function Link({ token }: { token: Tokens.Link | Tokens.Image }) {
  const url = safeAddress(withoutReferences(token.href));
  if (!url) return token.raw;
  const words = token.type === "image" ? token.text : inlineNodes(token.tokens);
  return (
    <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
      {words.length > 0 ? words : url.host}
      {words.length > 0 && !namesHost(token.text, url) && (
        <span class="link-host"> ({url.host})</span>
      )}
    </a>
  );
}

function Checkbox({ checked }: { checked: boolean }) {
  return (
    <span
      class="task-box"
      role="img"
      aria-label={t(checked ? "task.done" : "task.open")}
      data-checked={checked}
    />
  );
}
