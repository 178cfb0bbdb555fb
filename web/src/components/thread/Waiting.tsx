import type { LiveReply } from "../../store/state.ts";
import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { Icon } from "../controls/Icon.tsx";
import { useNow } from "../controls/now.ts";

/** Shows what the reply is waiting for, the time so far, and the time left. */
export function Waiting({ live }: { live: LiveReply }) {
  const now = useNow();
  const { status, startedAt } = live;
  const phase = phaseOf(live);
  const elapsed = Math.max(0, now - startedAt);
  const seconds = Math.floor(elapsed / 1000);
  const left = status?.eta_ms ? Math.ceil((status.elapsed_ms + status.eta_ms - elapsed) / 1000) : 0;
  const timed = phase !== "offline" && phase !== "stopping";
  const parts = [
    t(`phase.${phase}`),
    timed && seconds > 0 && t("phase.seconds", { seconds }),
    timed && left > 0 && t("phase.eta", { seconds: left }),
  ];
  return (
    <div class="waiting">
      <p class="waiting-words" data-testid="status" data-phase={phase}>
        <span class="pulse" aria-hidden="true" />
        {parts.filter(Boolean).join(" · ")}
      </p>
      {status?.warm_model && live.waiting && !live.stopping && (
        <WarmModel model={status.warm_model} />
      )}
    </div>
  );
}

function phaseOf(live: LiveReply) {
  if (live.queued) return "offline";
  if (live.stopping) return "stopping";
  return live.status?.phase ?? (live.accepted ? "connecting" : "sending");
}

/** Switches to a model that is ready. */
function WarmModel({ model }: { model: string }) {
  const chat = useChat();
  const label = useSelect((state) => state.models.find(({ id }) => id === model)?.label, [model]);
  return (
    <button
      type="button"
      class="small-button"
      data-testid="warm-model"
      onClick={() => void chat.replies.switchModel(model)}
    >
      <Icon name="bolt" />
      {t("reply.warm", { model: label ?? model })}
    </button>
  );
}
