import type { Message } from "../api/wire.ts";
import { t } from "../text/text.ts";
import { useChat } from "./context.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  message: Message;
  last: boolean;
}

/** How a reply ended, in words, and where it came from. */
export function Outcome({ message, last }: Props) {
  const chat = useChat();
  const { outcome, error } = message;
  if (outcome === null) return null;
  if (outcome === "complete") return <p class="details">{details(message)}</p>;
  const words = error?.message ?? t(`outcome.${outcome}`);
  return (
    <>
      <p class="outcome" data-testid={outcome === "error" ? "error" : undefined}>
        <span>{words}</span>
        {outcome === "error" && last && (
          <button type="button" class="small-button" onClick={() => chat.answerAgain()}>
            <Icon name="retry" />
            {t("error.retry")}
          </button>
        )}
      </p>
      {message.content !== "" && <p class="details">{details(message)}</p>}
    </>
  );
}

function details({ outcome, model, first_token_ms, usage }: Message): string {
  return [
    outcome === "complete" ? t("outcome.complete") : null,
    model ? model.slice(model.lastIndexOf("/") + 1) : null,
    first_token_ms != null
      ? t("details.firstToken", { seconds: (first_token_ms / 1000).toFixed(1) })
      : null,
    usage?.completion ? t("details.tokens", { tokens: usage.completion }) : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}
