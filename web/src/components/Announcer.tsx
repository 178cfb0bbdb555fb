import { useSelect } from "./context.ts";

/** Announces an answer to screen readers piece by piece, each piece once. */
export function Announcer() {
  const { count, pieces } = useSelect((state) => state.announced);
  const first = count - pieces.length;
  return (
    <div class="visually-hidden" role="log" aria-live="polite" data-testid="announcer">
      {pieces.map((piece, index) => (
        <p key={first + index}>{piece}</p>
      ))}
    </div>
  );
}
