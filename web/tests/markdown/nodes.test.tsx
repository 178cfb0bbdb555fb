// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Markdown } from "../../src/markdown/Markdown.tsx";
import { TEXTS } from "./texts.ts";

let root: HTMLElement;

beforeEach(() => {
  root = document.createElement("main");
  document.body.replaceChildren(root);
});

async function show(text: string, live = false): Promise<HTMLElement> {
  await act(() => render(<Markdown text={text} live={live} />, root));
  return root;
}

const links = () => [...root.querySelectorAll("a")];

describe("links", () => {
  test("go to https in a new tab and show their host", async () => {
    await show("[the words](https://Example.org/a?b#c)");
    const [link] = links();
    expect(link?.getAttribute("href")).toBe("https://example.org/a?b#c");
    expect(link?.getAttribute("rel")).toBe("noopener noreferrer nofollow");
    expect(link?.target).toBe("_blank");
    expect(link?.textContent).toBe("the words (example.org)");
  });

  test("do not repeat a host that their text names", async () => {
    await show("https://example.org/a and [https://example.org](https://evil.example/)");
    expect(links().map(({ textContent }) => textContent)).toEqual([
      "https://example.org/a",
      "https://example.org (evil.example)",
    ]);
  });

  test("show an internationalized host in Punycode", async () => {
    await show("[bank](https://аpple.com)");
    expect(links()[0]?.textContent).toBe("bank (xn--pple-43d.com)");
  });

  test.each([
    "[a](http://example.org)",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html,x)",
    "[a](//example.org)",
    "[a](/api/sessions)",
    "[a](https:evil.example)",
    "[a](https://google.com@evil.example)",
    "![a](data:image/svg+xml,x)",
    "www.example.org",
    "someone@example.org",
  ])("%s stays text", async (text) => {
    await show(text);
    expect(links()).toEqual([]);
    expect(root.textContent).toBe(text);
  });

  test("an image becomes a link to it", async () => {
    await show("![A *cat*](https://example.org/cat.png)");
    expect(root.querySelector("img")).toBeNull();
    expect(links()[0]?.textContent).toBe("A *cat* (example.org)");
  });
});

test("HTML is text, except for a line break", async () => {
  await show("<b onclick=alert(1)>x</b><br>y\n\n<img src=x onerror=alert(1)>\n\n<!-- c -->");
  expect(root.querySelector("b, img")).toBeNull();
  expect(root.querySelectorAll("br")).toHaveLength(1);
  expect(root.textContent).toBe("<b onclick=alert(1)>x</b>y<img src=x onerror=alert(1)><!-- c -->");
});

test("character references are resolved, but not in code", async () => {
  await show("&lt;i&gt; &amp; &#169; &unknown; `&lt;`");
  expect(root.textContent).toBe("<i> & © &unknown; &lt;");
});

test("headings come below the page's own, lists keep their numbers, tasks their boxes", async () => {
  await show("# A\n\n###### B\n\n3. c\n4. d\n\n- [x] e\n- [ ] f");
  expect(root.querySelector("h2")?.textContent).toBe("A");
  expect(root.querySelector("h6")?.textContent).toBe("B");
  expect(root.querySelector("ol")?.start).toBe(3);
  const boxes = [...root.querySelectorAll("[role=img]")];
  expect(boxes.map((box) => box.getAttribute("aria-label"))).toEqual(["Done", "To do"]);
});

test("a table has a head, rows and aligned cells", async () => {
  await show("| a | b |\n|---|--:|\n| 1 | **2** |\n");
  expect([...root.querySelectorAll("th")].map(({ textContent }) => textContent)).toEqual([
    "a",
    "b",
  ]);
  const cell = root.querySelector("tbody td:last-child");
  expect(cell?.innerHTML).toBe("<strong>2</strong>");
  expect(cell?.getAttribute("data-align")).toBe("right");
});

describe("code", () => {
  test("shows its language and is highlighted once the grammar has loaded", async () => {
    await show("```py title=a\ndef f(): return 1\n```");
    expect(root.querySelector("figcaption span")?.textContent).toBe("py");
    await vi.waitFor(() => expect(root.querySelector(".code-keyword")?.textContent).toBe("def"));
    expect(root.querySelector("code")?.textContent).toBe("def f(): return 1");
  });

  test("in an unknown language is plain", async () => {
    await show("```constructor\nx\n```\n\n```\ny\n```");
    const labels = [...root.querySelectorAll("figcaption > span")];
    expect(labels.map(({ textContent }) => textContent)).toEqual(["constructor", "text"]);
    expect(root.querySelector("code span span")).toBeNull();
  });

  test("can be copied while streaming, as far as it has come", async () => {
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    await show("```js\nlet a", true);
    const button = root.querySelector("button") as HTMLButtonElement;
    await show("```js\nlet a = 1;\nlet b", true);
    await act(async () => button.click());
    expect(writeText).toHaveBeenCalledWith("let a = 1;\nlet b");
    await vi.waitFor(() => expect(button.textContent).toBe("Copied"));
    vi.unstubAllGlobals();
  });

  test("says so when it cannot be copied", async () => {
    vi.stubGlobal("navigator", {});
    await show("```js\nlet a", true);
    const button = root.querySelector("button") as HTMLButtonElement;
    await act(async () => button.click());
    expect(button.textContent).toBe("Could not copy");
    vi.unstubAllGlobals();
  });
});

test.each(Object.entries(TEXTS))("streamed, %s ends up as if rendered at once", async (_, text) => {
  for (let end = 1; end <= text.length; end += 1) await show(text.slice(0, end), true);
  await show(text);
  const streamed = withoutColours(root);
  await act(() => render(null, root));
  await show(text);
  const expected = withoutColours(root);
  expect(streamed.isEqualNode(expected), `${streamed.innerHTML}\n${expected.innerHTML}`).toBe(true);
});

/** Waits until grammars have loaded. */
function withoutColours(element: HTMLElement): HTMLElement {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const segment of copy.querySelectorAll(".code-segment")) {
    segment.replaceChildren(segment.textContent ?? "");
  }
  return copy;
}

test("elements of finished blocks stay while the text grows", async () => {
  const text = Array.from({ length: 80 }, (_, n) => `Paragraph ${n}.\n\n`).join("");
  const paragraph = (n: number) => root.querySelectorAll("p")[n];
  await show(text.slice(0, 600), true);
  const [first, later] = [paragraph(0), paragraph(30)];
  first?.setAttribute("data-kept", "");
  await show(text, true);
  expect(paragraph(0)).toBe(first);
  expect(paragraph(30)).toBe(later);
  expect(root.querySelectorAll("p")).toHaveLength(80);
});
