import type { Message } from "../../api/wire.ts";
import { t } from "../../text/text.ts";
import { useChat } from "../context.ts";
import { focusAfterSending } from "../controls/focus.ts";
import { Icon, type IconName } from "../controls/Icon.tsx";

interface Props {
  message: Message;
  /** Shows the buttons: the branch ends here, and no reply is coming in. */
  last: boolean;
}

const ICONS = {
  length: "lines",
  truncated: "bolt",
  stopped: "stop",
  interrupted: "clock",
  error: "warning",
} as const satisfies Record<string, IconName>;

/** How an incomplete reply ended, and what the person can do about it. */
export function Outcome({ message, last }: Props) {
  const chat = useChat();
  const { outcome, content } = message;
  if (outcome === null || outcome === "complete") return null;
  // An empty reply cannot be continued.
  const continuable = outcome !== "error" && content !== "";
  const onAnotherServer = outcome === "error" || outcome === "truncated";
  const start = (request: Promise<void>) => {
    void request;
    focusAfterSending();
  };
  return (
    <div class="outcome" data-testid={outcome === "error" ? "error" : "outcome"}>
      <Icon name={ICONS[outcome]} />
      <p>{wordsFor(message)}</p>
      {last && (
        <div class="outcome-buttons">
          {continuable && (
            <button
              type="button"
              class="small-button"
              data-testid="continue"
              onClick={() => start(chat.replies.continue(message.id))}
            >
              <Icon name="play" />
              {t("reply.continue")}
            </button>
          )}
          {(onAnotherServer || !continuable) && (
            <button
              type="button"
              class="small-button"
              data-testid="try-again"
              onClick={() => start(chat.replies.regenerate(message.id))}
            >
              <Icon name="retry" />
              {t(onAnotherServer ? "reply.elsewhere" : "reply.regenerate")}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function wordsFor({ outcome, error, shortened_by, max_tokens, request_id }: Message): string {
  if (outcome === "length" && shortened_by) {
    return t(`outcome.length.${shortened_by}`, { count: max_tokens ?? 0 });
  }
  const words = error?.message ?? t(`outcome.${outcome ?? "complete"}`);
  const traceable = outcome === "error" && request_id;
  return traceable ? `${words} ${t("error.request", { id: request_id })}` : words;
}
