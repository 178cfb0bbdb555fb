import type { Highlight } from "./highlight.ts";

// Long enough to highlight well, short enough to highlight again with every token.
const SEGMENT = 1_500;
const LONGEST = 6_000;

/**
 * Growing code in pieces of whole lines. Only the last one changes, so that highlighting and layout
 * cost no more for a long block than for a short one.
 */
export class Segments {
  #code = "";
  #ends: number[] = [];
  /** How far the last segment was searched for a good end. */
  #searched = 0;
  #highlight: Highlight | null = null;

  split(code: string, highlight: Highlight | null): string[] {
    if (!code.startsWith(this.#code) || highlight !== this.#highlight) {
      this.#ends = [];
      this.#searched = 0;
      this.#highlight = highlight;
    }
    this.#code = code;
    for (let end = this.#nextEnd(); end !== null; end = this.#nextEnd()) this.#ends.push(end);
    return [...this.#ends, code.length].map((end, index) =>
      code.slice(this.#ends[index - 1] ?? 0, end),
    );
  }

  /** A blank line before unindented code, outside comments and strings. */
  #nextEnd(): number | null {
    const start = this.#ends.at(-1) ?? 0;
    let from = Math.max(start + SEGMENT, this.#searched);
    while (from < start + LONGEST) {
      const blank = this.#code.indexOf("\n\n", from);
      if (blank < 0) break;
      const end = blank + 2;
      if (end >= this.#code.length) break;
      this.#searched = from = end;
      const topLevel = /\S/.test(this.#code.charAt(end));
      if (topLevel && end <= start + LONGEST && this.#complete(start, end)) return end;
    }
    if (this.#code.length < start + LONGEST) return null;
    const line = this.#code.lastIndexOf("\n", start + LONGEST);
    return line > start ? line + 1 : start + LONGEST;
  }

  #complete(start: number, end: number): boolean {
    return this.#highlight?.(this.#code.slice(start, end)).complete ?? true;
  }
}
