import { currentThread } from "../store/store.ts";
import { useSelect } from "./context.ts";
import { Waiting } from "./Waiting.tsx";

/** What the reply that is being written waits for, if it does. */
export function LiveStatus() {
  const live = useSelect((state) => currentThread(state).live);
  return live && (live.waiting || live.stopping) ? <Waiting live={live} /> : null;
}
