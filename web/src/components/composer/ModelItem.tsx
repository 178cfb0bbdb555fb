import type { Model, Warmth } from "../../api/wire.ts";
import { t } from "../../text/text.ts";
import { Icon } from "../controls/Icon.tsx";
import { closeMenu } from "../controls/Menu.tsx";

interface Props {
  model: Model;
  chosen: boolean;
  onChoose: () => void;
}

/** A model, how soon it can answer, and what it is good for. */
export function ModelItem({ model, chosen, onChoose }: Props) {
  const { label, notes, vram_gb, context_window, warmth } = model;
  const state = warmth?.state ?? "unknown";
  const facts = [
    vram_gb && t("model.vram", { gigabytes: vram_gb }),
    context_window && t("model.context", { count: context_window }),
  ];
  return (
    <button
      type="button"
      role="menuitemradio"
      class="menu-item model-item"
      data-testid="model"
      data-state={state}
      aria-checked={chosen}
      onClick={(event) => {
        closeMenu(event.currentTarget);
        onChoose();
      }}
    >
      <span class="model-head">
        <span class="model-name">{label}</span>
        <span class="badge" data-state={state}>
          <span class="warmth" data-state={state} aria-hidden="true" />
          {[t(`model.${state}`), wait(warmth)].filter(Boolean).join(", ")}
        </span>
        {chosen && <Icon name="check" />}
      </span>
      {notes && <span class="model-notes">{notes}</span>}
      <span class="model-facts">{facts.filter(Boolean).join(" · ")}</span>
    </button>
  );
}

function wait(warmth: Warmth | undefined): string | null {
  const { state, first_token_ms, cold_load_ms } = warmth ?? {};
  if (state === "warm" && first_token_ms) {
    return t("model.soon", { seconds: Math.max(0.1, Math.round(first_token_ms / 100) / 10) });
  }
  if ((state === "cold" || state === "loading") && cold_load_ms) {
    return t("model.load", { seconds: Math.round(cold_load_ms / 1000) });
  }
  return null;
}
