import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Nothing is painted before the script knows in which colours: it is there to paint anything. */
const firstPaint: Plugin = {
  name: "first-paint",
  transformIndexHtml: {
    order: "post",
    handler: (html) => html.replace('<script type="module"', '$& blocking="render"'),
  },
};

export default defineConfig({
  plugins: [firstPaint],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    // An inlined asset would be a data: URL, which the page's policy refuses.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ["index.html", "worker/sw.ts"],
      output: {
        // The worker's address is its name: a browser asks there for a newer one.
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    // `npm run dev` beside `make dev`: the page reloads as it is edited, the API is the local one.
    proxy: { "/config.json": "http://127.0.0.1:8080" },
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    // The tests that cut a stream at every byte take long on a busy machine.
    testTimeout: 120_000,
  },
});
