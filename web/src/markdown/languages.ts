import type { LanguageFn } from "highlight.js";

type Grammar = () => Promise<{ default: LanguageFn }>;

/** Each is a separate file, loaded when a code block names it. */
const GRAMMARS = new Map<string, Grammar>(
  Object.entries({
    bash: () => import("highlight.js/lib/languages/bash"),
    c: () => import("highlight.js/lib/languages/c"),
    cpp: () => import("highlight.js/lib/languages/cpp"),
    csharp: () => import("highlight.js/lib/languages/csharp"),
    css: () => import("highlight.js/lib/languages/css"),
    diff: () => import("highlight.js/lib/languages/diff"),
    dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
    go: () => import("highlight.js/lib/languages/go"),
    ini: () => import("highlight.js/lib/languages/ini"),
    java: () => import("highlight.js/lib/languages/java"),
    javascript: () => import("highlight.js/lib/languages/javascript"),
    json: () => import("highlight.js/lib/languages/json"),
    kotlin: () => import("highlight.js/lib/languages/kotlin"),
    lua: () => import("highlight.js/lib/languages/lua"),
    makefile: () => import("highlight.js/lib/languages/makefile"),
    markdown: () => import("highlight.js/lib/languages/markdown"),
    php: () => import("highlight.js/lib/languages/php"),
    powershell: () => import("highlight.js/lib/languages/powershell"),
    python: () => import("highlight.js/lib/languages/python"),
    r: () => import("highlight.js/lib/languages/r"),
    ruby: () => import("highlight.js/lib/languages/ruby"),
    rust: () => import("highlight.js/lib/languages/rust"),
    scss: () => import("highlight.js/lib/languages/scss"),
    sql: () => import("highlight.js/lib/languages/sql"),
    swift: () => import("highlight.js/lib/languages/swift"),
    typescript: () => import("highlight.js/lib/languages/typescript"),
    xml: () => import("highlight.js/lib/languages/xml"),
    yaml: () => import("highlight.js/lib/languages/yaml"),
  }),
);

const OTHER_NAMES = new Map(
  Object.entries({
    ...{ sh: "bash", shell: "bash", zsh: "bash", console: "bash", h: "c", "c++": "cpp", cc: "cpp" },
    ...{ hpp: "cpp", cs: "csharp", "c#": "csharp", patch: "diff", docker: "dockerfile" },
    ...{ golang: "go", toml: "ini", cjs: "javascript", js: "javascript", jsx: "javascript" },
    ...{ mjs: "javascript", json5: "json", jsonc: "json", kt: "kotlin", make: "makefile" },
    ...{ md: "markdown", ps1: "powershell", pwsh: "powershell", py: "python", python3: "python" },
    ...{ rb: "ruby", rs: "rust", sass: "scss", ts: "typescript", tsx: "typescript" },
    ...{ html: "xml", svg: "xml", vue: "xml", xhtml: "xml", yml: "yaml" },
  }),
);

/** The grammar's name for the info string of a code block; null for an unknown language. */
export function languageOf(label: string): string | null {
  const name = label.toLowerCase();
  const language = OTHER_NAMES.get(name) ?? name;
  return GRAMMARS.has(language) ? language : null;
}

export async function grammarOf(language: string): Promise<LanguageFn | null> {
  return (await GRAMMARS.get(language)?.())?.default ?? null;
}
