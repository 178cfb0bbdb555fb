const PATHS = {
  send: "M12 19V5m0 0-6 6m6-6 6 6",
  stop: "M7 7h10v10H7z",
  menu: "M4 7h16M4 12h16M4 17h10",
  close: "m6 6 12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  open: "m7 10 5 5 5-5",
  down: "M12 5v14m0 0 6-6m-6 6-6-6",
  back: "m14 6-6 6 6 6",
  forward: "m10 6 6 6-6 6",
  edit: "M4 20h4L19 9a2.8 2.8 0 0 0-4-4L4 16v4M13.5 6.5l4 4",
  play: "M8 5.5v13l10-6.5z",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  check: "m5 12.5 4.5 4.5L19 7.5",
  lines: "M4 7h16M4 12h11M4 17h5",
  bolt: "M13 3 6 13.5h5.5l-1 7.5 7-10.5H12z",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.5l3 1.5",
  warning: "M12 4.5 3 19.5h18zM12 10.5v4M12 17v.1",
  help: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M9.7 9.5a2.4 2.4 0 1 1 3.4 2.3c-.8.4-1.1.9-1.1 1.7M12 16.5v.1",
  more: "M5 12h.1M12 12h.1M19 12h.1",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20",
  save: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14",
  bin: "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10 11v5M14 11v5",
  undo: "M9 5 4.5 9.5 9 14M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-3",
  gear: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 2.8v3M12 18.2v3M5.5 5.5l2.1 2.1M16.4 16.4l2.1 2.1M2.8 12h3M18.2 12h3M5.5 18.5l2.1-2.1M16.4 7.6l2.1-2.1",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20a7.5 7.5 0 0 1 15 0",
  retry: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4h4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
