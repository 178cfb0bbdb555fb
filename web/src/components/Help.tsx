import { type TextKey, t } from "../text/text.ts";
import { Dialog } from "./controls/Dialog.tsx";
import { commandKey, type KeySwitch } from "./shortcuts.ts";

interface Props {
  onClose: () => void;
  helpKey: KeySwitch;
}

const KEYS: [keys: string[], does: TextKey][] = [
  [["Enter"], "keys.send"],
  [["Shift", "Enter"], "keys.line"],
  [["Esc"], "keys.stop"],
  [["↑"], "keys.edit"],
  [[commandKey(), "K"], "keys.new"],
  [[commandKey(), "/"], "keys.help"],
];

export function Help({ onClose, helpKey }: Props) {
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl class="keys" data-testid="help">
        {KEYS.map(([keys, does]) => (
          <div key={does} class="keys-row">
            <dt>{t(does)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      {/* Speech input can trigger single keys: people must be able to turn it off. */}
      <label class="check">
        <input
          type="checkbox"
          checked={helpKey.on}
          onChange={(event) => helpKey.turn(event.currentTarget.checked)}
        />
        <span>{t("keys.single")}</span>
      </label>
    </Dialog>
  );
}
