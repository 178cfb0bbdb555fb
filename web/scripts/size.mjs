// Size of the scripts before the first answer: all that index.html names, gzipped.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 45;

const dist = new URL("../dist/", import.meta.url);
const page = readFileSync(new URL("index.html", dist), "utf8");
const scripts = [...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path]) => path);
if (scripts.length === 0) {
  throw new Error("dist/index.html names no script: the size check would prove nothing.");
}

const bytes = scripts
  .map((path) => gzipSync(readFileSync(new URL(path, dist)), { level: 9 }).length)
  .reduce((total, size) => total + size, 0);
const kilobytes = bytes / 1024;
process.stdout.write(
  `JavaScript before the first answer: ${kilobytes.toFixed(1)} KB gzip (limit ${LIMIT_KB} KB)\n`,
);
if (kilobytes > LIMIT_KB) process.exit(1);
