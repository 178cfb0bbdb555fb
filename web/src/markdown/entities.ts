// Common character references; the parser resolves the numeric ones.
const CHARACTERS = new Map(
  Object.entries({
    ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" },
    ...{ copy: "©", reg: "®", trade: "™", deg: "°", plusmn: "±", micro: "µ", middot: "·" },
    ...{ hellip: "…", ndash: "–", mdash: "—", bull: "•", sect: "§", para: "¶", shy: "\u00ad" },
    ...{ lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”", laquo: "«", raquo: "»" },
    ...{ larr: "←", uarr: "↑", rarr: "→", darr: "↓", harr: "↔", rArr: "⇒", hArr: "⇔" },
    ...{ times: "×", divide: "÷", minus: "−", le: "≤", ge: "≥", ne: "≠", asymp: "≈" },
    ...{ infin: "∞", sum: "∑", prod: "∏", radic: "√", pi: "π", alpha: "α", beta: "β" },
    ...{ gamma: "γ", delta: "δ", Delta: "Δ", lambda: "λ", mu: "μ", sigma: "σ", omega: "ω" },
    ...{ euro: "€", pound: "£", yen: "¥", cent: "¢", frac12: "½", frac14: "¼", frac34: "¾" },
  }),
);

/** Resolves character references. Unknown ones stay as written. */
export function withoutReferences(text: string): string {
  return text.includes("&")
    ? text.replace(/&(\w{2,7});/g, (whole, name: string) => CHARACTERS.get(name) ?? whole)
    : text;
}
