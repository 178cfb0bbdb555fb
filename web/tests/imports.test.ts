import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const SOURCE = join(import.meta.dirname, "../src");
const IMPORT = /(?:from |import\(|import )"(\.[^"]+\.tsx?)"/g;

function importsOf(file: string): string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(IMPORT)].map(([, path = ""]) => join(dirname(file), path));
}

test("no file imports itself through others", () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  const left = new Map(files.filter((name) => /\.tsx?$/.test(name)).map((f) => [f, importsOf(f)]));
  expect(left.size).toBeGreaterThan(100);
  // Repeatedly remove files without imports among the rest: what remains is in or above a circle.
  for (let before = Infinity; left.size < before; ) {
    before = left.size;
    for (const [file, imports] of left) {
      if (!imports.some((name) => left.has(name))) left.delete(file);
    }
  }
  expect([...left.keys()]).toEqual([]);
});
