import { currentThread } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useSelect } from "../context.ts";
import { Waiting } from "./Waiting.tsx";

/** What the live reply is waiting for, and whether its length is limited. */
export function LiveStatus() {
  const live = useSelect((state) => currentThread(state).live);
  const row = useSelect((state) => {
    const { messages, live } = currentThread(state);
    return live?.accepted ? messages.find(({ id }) => id === live.replyId) : undefined;
  });
  return (
    <>
      {live && (live.waiting || live.stopping) && <Waiting live={live} />}
      {row?.shortened_by && (
        <p class="details" data-testid="shortened">
          {t(`shortened.${row.shortened_by}`, { count: row.max_tokens ?? 0 })}
        </p>
      )}
    </>
  );
}
