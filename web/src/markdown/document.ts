import type { Links, Token, Tokens } from "marked";
import { OpenFence } from "./fence.ts";
import { lex } from "./lexer.ts";

// Rows of a list or table are finished in batches of this size.
const ROWS = 8;
/** Rows at the end that later text can still change. */
const OPEN_ROWS = 2;

type Long = Tokens.List | Tokens.Table;

/**
 * Growing text as blocks. A finished block stays the same object: every update parses only the
 * last block, and only the end of a long list or table, so a token costs the same everywhere.
 */
export class MarkdownDocument {
  #text = "";
  #live = true;
  /** Start of the part that every update parses. */
  #start = 0;
  #finished: Token[] = [];
  #open: Token[] = [];
  /** The finished rows of the list or table that the open part continues. */
  #long: Long | null = null;
  #fence: OpenFence | null = null;
  #links: Links = Object.create(null);

  /** The blocks of the whole text. `live` means that more text will follow. */
  update(source: string, live: boolean): readonly Token[] {
    const text = source.includes("\r") ? source.replace(/\r\n?/g, "\n") : source;
    if (text !== this.#text || live !== this.#live) {
      if (!text.startsWith(this.#text)) this.#reset();
      this.#text = text;
      this.#live = live;
      this.#open = this.#parse().filter(visible);
    }
    return [...this.#finished, ...this.#open];
  }

  #reset(): void {
    this.#start = 0;
    this.#finished = [];
    this.#long = null;
    this.#fence = null;
    this.#links = Object.create(null);
  }

  #parse(): Token[] {
    const grown = this.#live ? this.#fence?.grow(this.#text) : null;
    if (grown) return [grown];
    this.#fence = null;

    const tail = this.#text.slice(this.#start);
    const tokens = this.#lex(this.#live ? withoutLoneMarker(tail) : tail);
    const ready = this.#live ? this.#ready(tokens) : tokens.length;
    const open = this.#finish(tokens, ready);
    if (open.length === 1 && open[0]) this.#watch(open[0]);
    return open;
  }

  #lex(tail: string): Token[] {
    const long = this.#long;
    const links = Object.assign(Object.create(null), this.#links);
    if (!long) return lex(tail, links);
    const head = long.type === "table" ? headOf(long) : "";
    const [first, ...rest] = lex(head + tail, links);
    if (first?.type !== long.type) return [long, ...lex(tail, links)];
    return [joined(long, first as Long, first.raw.slice(head.length)), ...rest];
  }

  /**
   * Number of blocks that later text cannot change. A block is final once the first line of the
   * next block is complete.
   */
  #ready(tokens: Token[]): number {
    let ready = 0;
    let position = this.#start - (this.#long?.raw.length ?? 0);
    tokens.forEach((token, index) => {
      if (token.type !== "space" && this.#text.includes("\n", position)) ready = index;
      position += token.raw.length;
    });
    return ready;
  }

  #finish(tokens: Token[], count: number): Token[] {
    const finished = tokens.slice(0, count);
    if (count > 0) {
      this.#start -= this.#long?.raw.length ?? 0;
      this.#long = null;
    }
    for (const { raw } of finished) this.#start += raw.length;
    this.#finished.push(...finished.filter(visible));
    for (const token of finished) if (token.type === "def") this.#define(token as Tokens.Def);
    return tokens.slice(count);
  }

  /** Saves work for the next update: skips finished rows, or a whole code block. */
  #watch(token: Token): void {
    if (token.type === "code") this.#fence = OpenFence.of(token as Tokens.Code, this.#start);
    if (token.type === "list" || token.type === "table") this.#shorten(token as Long);
  }

  #shorten(long: Long): void {
    const already = this.#long ? rowsOf(this.#long).length : 0;
    const finished = rowsOf(long).length - OPEN_ROWS;
    if (finished - already < ROWS) return;
    const begin = this.#start - (this.#long?.raw.length ?? 0);
    if (long.type === "list") {
      for (const { raw } of long.items.slice(already, finished)) this.#start += raw.length;
    } else {
      const lines = finished - already + (this.#long ? 0 : 2);
      for (let line = 0; line < lines; line += 1) {
        this.#start = this.#text.indexOf("\n", this.#start) + 1;
      }
    }
    this.#long = { ...withRows(long, finished), raw: this.#text.slice(begin, this.#start) };
  }

  /** Parses finished blocks again that refer to this definition. */
  #define({ tag, href, title }: Tokens.Def): void {
    if (tag in this.#links) return;
    this.#links[tag] = { href, title };
    this.#finished = this.#finished.map((token) =>
      token.raw.toLowerCase().includes(`[${tag}]`)
        ? (lex(token.raw, this.#links).find(visible) ?? token)
        : token,
    );
  }
}

function visible({ type }: Token): boolean {
  return type !== "space" && type !== "def";
}

function rowsOf(long: Long): readonly unknown[] {
  return long.type === "list" ? long.items : long.rows;
}

function withRows(long: Long, count: number): Long {
  return long.type === "list"
    ? { ...long, items: long.items.slice(0, count) }
    : { ...long, rows: long.rows.slice(0, count) };
}

function joined(long: Long, end: Long, raw: string): Long {
  if (long.type === "list" && end.type === "list") {
    const items = [...long.items, ...end.items];
    return { ...long, raw: long.raw + raw, loose: long.loose || end.loose, items };
  }
  const rows = [...(rowsOf(long) as Tokens.Table["rows"]), ...(end as Tokens.Table).rows];
  return { ...(long as Tokens.Table), raw: long.raw + raw, rows };
}

/** The two lines that start a table. */
function headOf({ raw }: Tokens.Table): string {
  return `${raw.split("\n", 2).join("\n")}\n`;
}

/** Drops a last line of markers only. It is ambiguous: "-" may become a heading, list or rule. */
function withoutLoneMarker(text: string): string {
  const line = text.lastIndexOf("\n") + 1;
  const lone = /^[ \t]*(?:[-=*+_#>|:~`]+|\d{1,9}[.)]?)[ \t]*$/.test(text.slice(line));
  return lone ? text.slice(0, line) : text;
}
