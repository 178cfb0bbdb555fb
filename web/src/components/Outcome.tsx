import type { Message } from "../api/wire.ts";
import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  message: Message;
  last: boolean;
}

/** How a reply ended, in words, and where it came from. */
export function Outcome({ message, last }: Props) {
  const chat = useChat();
  const busy = useSelect((state) => currentThread(state).live !== null);
  const { outcome, error } = message;
  if (outcome === null) return null;
  if (outcome === "complete") return <p class="details">{details(message)}</p>;
  // Of nothing, nothing can go on.
  const goesOn = outcome !== "error" && message.content !== "";
  const words = error?.message ?? t(`outcome.${outcome}`);
  return (
    <>
      <p class="outcome" data-testid={outcome === "error" ? "error" : undefined}>
        <span>{words}</span>
        {last && !busy && !goesOn && (
          <button
            type="button"
            class="small-button"
            data-testid="try-again"
            onClick={() => chat.regenerate(message.id)}
          >
            <Icon name="retry" />
            {t("error.retry")}
          </button>
        )}
        {last && !busy && goesOn && (
          <button
            type="button"
            class="small-button"
            data-testid="continue"
            onClick={() => chat.continueReply(message.id)}
          >
            <Icon name="play" />
            {t("reply.continue")}
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
