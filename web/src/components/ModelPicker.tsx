import { chosenModel } from "../store/store.ts";
import { t } from "../text/text.ts";
import { useChat, useSelect } from "./context.ts";

export function ModelPicker() {
  const chat = useChat();
  const models = useSelect((state) => state.models);
  const chosen = useSelect(chosenModel);
  if (models.length === 0 || chosen === null) return null;
  return (
    <select
      class="model-picker"
      data-testid="model-picker"
      aria-label={t("model.label")}
      value={chosen}
      onChange={(event) => chat.chooseModel(event.currentTarget.value)}
    >
      {models.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </select>
  );
}
