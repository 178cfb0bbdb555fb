import { useEffect, useRef, useState } from "preact/hooks";
import { chosenModel } from "../../store/store.ts";
import { t } from "../../text/text.ts";
import { useChat, useSelect } from "../context.ts";
import { Icon } from "../controls/Icon.tsx";
import { Menu } from "../controls/Menu.tsx";
import { ModelItem } from "./ModelItem.tsx";

const RELOAD_MS = 5_000;

export function ModelPicker() {
  const chat = useChat();
  const models = useSelect((state) => state.models);
  const id = useSelect(chosenModel);
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const chosen = models.find((model) => model.id === id);

  useEffect(() => {
    if (!open) return;
    // Models load and unload while the list is open.
    void chat.models.load();
    const timer = setInterval(() => void chat.models.load(), RELOAD_MS);
    return () => clearInterval(timer);
  }, [open]);

  if (!chosen) return null;
  return (
    <>
      <button
        ref={button}
        type="button"
        class="model-picker"
        data-testid="model-picker"
        aria-label={t("model.chosen", { model: chosen.label })}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <span class="warmth" data-state={chosen.warmth?.state ?? "unknown"} aria-hidden="true" />
        <span class="model-name">{chosen.label}</span>
        <Icon name="open" />
      </button>
      {open && button.current && (
        <Menu label={t("model.label")} button={button.current} onClose={() => setOpen(false)}>
          {models.map((model) => (
            <ModelItem
              key={model.id}
              model={model}
              chosen={model === chosen}
              onChoose={() => chat.models.choose(model.id)}
            />
          ))}
        </Menu>
      )}
    </>
  );
}
