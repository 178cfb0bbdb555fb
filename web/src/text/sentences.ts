/** Ends of sentences in many scripts, and of lines. */
const END = /[.!?…][)"'”’»*_]*(?=\s)|[。！？؟।]|\n/gu;

// Shorter pieces would split a list or a "1." into fragments.
const SHORTEST = 20;

/** End of the last complete sentence after `from`; `from` if there is none. */
export function endOfSentences(text: string, from: number): number {
  let end = from;
  for (const match of text.slice(from).matchAll(END)) end = from + match.index + match[0].length;
  return end - from < SHORTEST ? from : end;
}

/** Markdown as plain text for screen readers. */
export function plainText(text: string): string {
  return text
    .replace(/^\s*(```|~~~).*$/gm, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[\s>]*(#{1,6}|[-*+])\s+/gm, "")
    .replace(/[*_`~|]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
