import { useEffect, useState } from "preact/hooks";
import type { LiveReply } from "../store/state.ts";
import { t } from "../text/text.ts";

/** What happens before the first token, how long it has taken, and how long it may. */
export function Waiting({ live }: { live: LiveReply }) {
  const now = useNow();
  const { status, startedAt } = live;
  const elapsed = Math.max(0, now - startedAt);
  const known = status?.phase ?? (live.accepted ? "connecting" : "sending");
  const phase = live.stopping ? "stopping" : known;
  const seconds = Math.floor(elapsed / 1000);
  const left = status?.eta_ms ? Math.ceil((status.elapsed_ms + status.eta_ms - elapsed) / 1000) : 0;
  const parts = [
    t(`phase.${phase}`),
    seconds > 0 && t("phase.seconds", { seconds }),
    left > 0 && t("phase.eta", { seconds: left }),
  ];
  return (
    <p class="waiting" data-testid="status" data-phase={phase}>
      <span class="pulse" aria-hidden="true" />
      {parts.filter(Boolean).join(" · ")}
    </p>
  );
}

function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
