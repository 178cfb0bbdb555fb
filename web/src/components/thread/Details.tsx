import type { Message } from "../../api/wire.ts";
import { t } from "../../text/text.ts";
import { useSelect } from "../context.ts";

/** One line on how a reply ended and where it came from. */
export function Details({ message }: { message: Message }) {
  const { outcome, model, gateway, first_token_ms, usage, attempts } = message;
  const label = useSelect((state) => state.models.find(({ id }) => id === model)?.label, [model]);
  const parts = [
    outcome === "complete" && t("outcome.complete"),
    model && (label ?? model.slice(model.lastIndexOf("/") + 1)),
    gateway && t("details.gateway", { gateway }),
    first_token_ms != null && t("details.firstToken", { seconds: seconds(first_token_ms) }),
    usage?.completion && t("details.tokens", { count: usage.completion }),
    (attempts ?? 1) > 1 && t("details.attempts", { count: attempts ?? 1 }),
    message.shortened_by &&
      message.max_tokens &&
      t("details.shortened", { count: message.max_tokens }),
  ];
  return (
    <p class="details" data-testid="details">
      {parts.filter(Boolean).join(" · ")}
    </p>
  );
}

function seconds(milliseconds: number): number {
  return Math.max(0.01, Number((milliseconds / 1000).toFixed(milliseconds < 95 ? 2 : 1)));
}
