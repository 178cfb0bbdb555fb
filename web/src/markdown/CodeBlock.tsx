import { Component } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { CopyButton } from "../components/controls/CopyButton.tsx";
import { t } from "../text/text.ts";
import type { Highlight } from "./highlight.ts";
import { languageOf } from "./languages.ts";
import { Segments } from "./segments.ts";

interface Props {
  code: string;
  /** The info string after the fence: the language, sometimes more. */
  info: string;
}

export function CodeBlock({ code, info }: Props) {
  const label = /^[^\s{,]*/.exec(info)?.[0] ?? "";
  const highlight = useHighlight(languageOf(label));
  const segments = useRef(new Segments());
  return (
    <figure class="code-block" dir="ltr">
      <figcaption class="code-head">
        <span>{label || t("code.plain")}</span>
        <CopyButton text={code} label={t("code.copy")} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by key */}
      <pre tabIndex={0}>
        <code>
          {segments.current.split(code, highlight).map((segment, index) => (
            <Segment key={index} code={segment} highlight={highlight} />
          ))}
        </code>
      </pre>
    </figure>
  );
}

interface SegmentProps {
  code: string;
  highlight: Highlight | null;
}

class Segment extends Component<SegmentProps> {
  override shouldComponentUpdate(next: SegmentProps): boolean {
    return next.code !== this.props.code || next.highlight !== this.props.highlight;
  }

  override render({ code, highlight }: SegmentProps) {
    return <span class="code-segment">{highlight ? highlight(code).nodes : code}</span>;
  }
}

function useHighlight(language: string | null): Highlight | null {
  const [highlight, setHighlight] = useState<Highlight | null>(null);
  useEffect(() => {
    let wanted = true;
    setHighlight(null);
    if (language !== null) {
      // Without a grammar, the code is shown without highlighting.
      import("./highlight.ts")
        .then(({ highlighter }) => highlighter(language))
        .then((ready) => wanted && setHighlight(() => ready))
        .catch(() => undefined);
    }
    return () => {
      wanted = false;
    };
  }, [language]);
  return highlight;
}
