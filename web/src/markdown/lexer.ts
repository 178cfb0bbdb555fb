import { Lexer, type Links, type Token, type TokensList } from "marked";

// Beyond these a model writes nonsense, and some of the parser's rules take time by the square.
const DEPTH = 20;
const INLINE_CHARACTERS = 5_000;

/** marked's lexer, kept from inputs that would hold up the page: what is too much stays text. */
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

/** The blocks of a text whose line ends are LF. `links` knows definitions, and learns new ones. */
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
