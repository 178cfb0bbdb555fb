import { Icon, type IconName } from "./Icon.tsx";

interface Props {
  icon: IconName;
  label: string;
  testId: string;
  disabled?: boolean;
  onClick: () => void;
}

/** A small icon button. It keeps the focus when disabled. */
export function ToolButton({ icon, label, testId, disabled = false, onClick }: Props) {
  return (
    <button
      type="button"
      class="tool-button"
      data-testid={testId}
      aria-label={label}
      title={label}
      aria-disabled={disabled}
      onClick={() => !disabled && onClick()}
    >
      <Icon name={icon} />
    </button>
  );
}
