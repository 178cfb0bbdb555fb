/** Texts with every kind of block, chosen for the difficulties of streaming. */
export const TEXTS: Record<string, string> = {
  paragraphs:
    "One line\nand another.\n\nA **bold *both* word**, `code`, ~~gone~~ and \\*stars\\*.\n",
  headings:
    "# First\nText\n## Second ##\n\nSetext\n===\n\nTwo lines\nof it\n---\n\n#not one\n\n### Last",
  "list right after a paragraph":
    "The steps:\n- one\n- two\n  - deep\n  - deeper\n\n1) other\n2) marks\n",
  "list that turns loose":
    "- a\n- b\n- c\n\n- d\n\n  more of d\n\n      code of d\n- e\n\nAfter it.",
  "long list": `${Array.from({ length: 40 }, (_, n) => `${n + 3}. item **${n}**\n   goes on\n`).join("")}\nEnd.`,
  "long loose list": Array.from({ length: 30 }, (_, n) => `* item ${n}\n\n  - part\n\n`).join(""),
  tasks: "- [x] done\n- [ ] open\n- [ ] `code`\n\nloose:\n\n- [x] a\n\n- [ ] b\n",
  table: "Text before\n| a | b |\n|---|:-:|\n| 1 | `x\\|y` |\n| 2 |\n| 3 | 4 | 5 |\n\nAfter",
  "long table": `| n | square |\n|--:|---|\n${Array.from({ length: 60 }, (_, n) => `| ${n} | ${n * n} |\n`).join("")}\nEnd`,
  "table of another width is text": "| a | b |\n|---|\n| 1 | 2 |\n",
  code: "Before\n```python title=x\ndef f():\n    return '```'\n\n\nprint(f())\n```\nAfter\n\n    indented\n\n    more\n\nEnd",
  "code never closed": "```js\nlet a = 1;\n\n- no list\n# no heading\n",
  "code in code": "````md\n```js\nx\n```\n````\n~~~\n```\n~~~\n",
  "code in a list":
    "1. First:\n   ```sh\n   ls\n\n   pwd\n   ```\n2. Second\n\n- > quoted\n  > ```\n  > a\n  > ```\n",
  quotes: "> one\ntwo lazy\n> > deep\n\n> - a\n> - b\n\nAfter",
  html: "<div onclick=x>\n\n<b>bold</b> and <br> here\n\n<!-- hidden\n\nstill -->\n\n<script>\nlet a\n\nlet b\n</script>\nend\n",
  "what looks like HTML at first": "one\n<parrot>\ntwo\n<preview of it>\n\n- a\n<dirt>\n",
  links:
    "[a](https://e.org) ![i](https://e.org/i.png) <https://e.org> https://e.org/x. [b](<https://e.org/a b>)\n",
  references:
    "See [it][one] and [Two].\n\n- item [one]\n\n[one]: https://one.example 'T'\n[two]: https://two.example\n\nAfter [two].",
  "line ends of Windows": "# A\r\n\r\n- b\r\n- c\r\n\r\n```\r\nd\r\n```\r\n",
  rules: "a\n\n---\n\n***\n* * *\nb\n- - -\n",
  "numbers alone": "5\n\n1986. A year\n\n7.\n\n12",
  entities: "a &amp; b &copy; &#60;i&#62; &nope; &lt;b&gt; `&amp;`",
};
