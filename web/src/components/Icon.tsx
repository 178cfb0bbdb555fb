const PATHS = {
  send: "M12 19V5m0 0-6 6m6-6 6 6",
  stop: "M8 8h8v8H8z",
  menu: "M4 7h16M4 12h16M4 17h10",
  close: "m6 6 12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  down: "M12 5v14m0 0 6-6m-6 6-6-6",
  back: "m14 6-6 6 6 6",
  forward: "m10 6 6 6-6 6",
  edit: "M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16v4M13.5 6.5l4 4",
  play: "M8 5.5v13l10-6.5z",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  check: "m5 12.5 4.5 4.5L19 7.5",
  retry: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4h4",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
