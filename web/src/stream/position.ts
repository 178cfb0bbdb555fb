import type { Chunk } from "./events.ts";

/** A chunk starts after the end of the delivered text, so text in between is missing. */
export class Gap extends Error {
  constructor(expected: number, found: number) {
    super(`The answer continued at character ${found}, not at ${expected}.`);
    this.name = "Gap";
  }
}

/** Characters as the server counts them: code points, not UTF-16 units. */
export function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The reader's position in a reply. Chunks may overlap after a resume. */
export class Position {
  constructor(public value = 0) {}

  /** Returns the new part of the chunk, "" for a repeated one. Throws Gap. */
  advance(chunk: Chunk): string {
    const length = characters(chunk.content);
    const end = chunk.position ?? this.value + length;
    const begin = end - length;
    if (begin > this.value) throw new Gap(this.value, begin);
    if (end <= this.value) return "";
    const fresh =
      begin === this.value ? chunk.content : [...chunk.content].slice(this.value - begin).join("");
    this.value = end;
    return fresh;
  }
}
