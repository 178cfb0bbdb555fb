import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Blocks rendering until the script has set the theme: nothing is on the page before it runs. */
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
    // The page's policy refuses data: URLs, which inlined assets would become.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: ["index.html", "worker/sw.ts"],
      output: {
        // The worker's name must not change: browsers look for a newer one at the same address.
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  server: {
    // `npm run dev` next to `make dev`: live reload of the page, with the local API.
    proxy: { "/config.json": "http://127.0.0.1:8080" },
  },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    // Tests that cut a stream at every byte are slow on a busy machine.
    testTimeout: 120_000,
  },
});
