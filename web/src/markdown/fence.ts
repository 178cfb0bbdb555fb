import type { Tokens } from "marked";

/** A code block that is still being written. It grows without a new parse. */
export class OpenFence {
  /** Start of the last examined line. */
  #line: number;

  private constructor(
    private readonly token: Tokens.Code,
    private readonly code: number,
    private readonly closing: RegExp,
  ) {
    this.#line = code;
  }

  /** Null for a block that is closed or indented, or may not be a fence after all. */
  static of(token: Tokens.Code, start: number): OpenFence | null {
    const [first, fence] = /^(`{3,}|~{3,})[^\n]*\n/.exec(token.raw) ?? [];
    if (first === undefined || fence === undefined) return null;
    const closing = new RegExp(`^ {0,3}${fence}${fence[0]}*[ \\t]*$`);
    const open = new OpenFence(token, start + first.length, closing);
    return token.raw.slice(first.length).split("\n").some(isClosing(closing)) ? null : open;
  }

  /** The block with the new text; null if the new text ends it. */
  grow(text: string): Tokens.Code | null {
    for (;;) {
      const end = text.indexOf("\n", this.#line);
      const line = text.slice(this.#line, end < 0 ? undefined : end);
      if (this.closing.test(line)) return null;
      if (end < 0) return { ...this.token, text: text.slice(this.code, this.#end(line, text)) };
      this.#line = end + 1;
    }
  }

  /** A last line of fence characters may become the closing fence. */
  #end(line: string, text: string): number {
    return /^ {0,3}[`~]+$/.test(line) ? this.#line : text.length;
  }
}

function isClosing(closing: RegExp): (line: string) => boolean {
  return (line) => closing.test(line);
}
