import { Lexer, type Links, type Token, type TokensList } from "marked";

// No sensible text exceeds these, and some of the parser's rules take quadratic time.
const DEPTH = 20;
const INLINE_CHARACTERS = 5_000;

/** marked's lexer, with limits on inputs that would block the page: the excess stays text. */
class BoundedLexer extends Lexer {
  #depth = 0;

  override blockTokens(src: string, tokens?: Token[], clipped?: boolean): Token[];
  override blockTokens(src: string, tokens?: TokensList, clipped?: boolean): TokensList;
  override blockTokens(src: string, tokens: Token[] = [], clipped = false): Token[] {
    return this.#bounded(src, tokens, () => super.blockTokens(src, tokens, clipped));
  }

  override inlineTokens(src: string, tokens: Token[] = []): Token[] {
    if (src.length > INLINE_CHARACTERS) return asText(src, tokens);
    return this.#bounded(src, tokens, () => super.inlineTokens(src, tokens));
  }

  #bounded(src: string, tokens: Token[], lex: () => Token[]): Token[] {
    if (this.#depth >= DEPTH) return asText(src, tokens);
    this.#depth += 1;
    try {
      return lex();
    } finally {
      this.#depth -= 1;
    }
  }
}

/** The blocks of a text with LF line ends. Reads definitions from `links` and adds new ones. */
export function lex(text: string, links: Links): Token[] {
  const lexer = new BoundedLexer({ gfm: true, breaks: true });
  lexer.tokens.links = links;
  try {
    return lexer.lex(text);
  } catch {
    return asText(text, []);
  }
}

function asText(text: string, tokens: Token[]): Token[] {
  tokens.push({ type: "text", raw: text, text });
  return tokens;
}
