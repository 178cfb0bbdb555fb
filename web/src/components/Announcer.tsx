import { useSelect } from "./context.ts";

/** Reads an answer out: what is added is heard, in turn, and nothing twice. */
export function Announcer() {
  const { count, pieces } = useSelect((state) => state.heard);
  const first = count - pieces.length;
  return (
    <div class="visually-hidden" role="log" aria-live="polite" data-testid="announcer">
      {pieces.map((piece, index) => (
        <p key={first + index}>{piece}</p>
      ))}
    </div>
  );
}
