import { signal } from "@preact/signals";
import type { KeyValues } from "./store/storage.ts";

export const THEMES = ["system", "light", "dark"] as const;

export type Theme = (typeof THEMES)[number];

const KEY = "theme";

export const theme = signal<Theme>("system");

export function restoreTheme(storage: KeyValues): void {
  const kept = storage.getItem(KEY);
  show(THEMES.find((name) => name === kept) ?? "system");
}

export function chooseTheme(next: Theme, storage: KeyValues): void {
  if (next === "system") storage.removeItem(KEY);
  else storage.setItem(KEY, next);
  show(next);
}

function show(next: Theme): void {
  theme.value = next;
  document.documentElement.dataset.theme = next;
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    // Colours of the browser's own bars; `data-theme` names the theme of each.
    const wanted = next === "system" ? `(prefers-color-scheme: ${meta.dataset.theme})` : "";
    meta.media = next === "system" || meta.dataset.theme === next ? wanted : "not all";
  }
}
