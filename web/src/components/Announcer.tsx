import { useSelect } from "./context.ts";

/** Tells a screen reader that an answer ended, and what it says. */
export function Announcer() {
  const announcement = useSelect((state) => state.announcement);
  return (
    <div class="visually-hidden" role="status" aria-live="polite" data-testid="announcer">
      {announcement}
    </div>
  );
}
