import { t } from "../../text/text.ts";
import { when } from "../../text/when.ts";
import { useSelect } from "../context.ts";
import { useNow } from "../controls/now.ts";
import { Section } from "./Section.tsx";

// The meter warns from this share on.
const HIGH = 0.8;

/** The day's token budget: used, left, and when it resets. */
export function BudgetMeter() {
  const budget = useSelect((state) => state.me?.budget);
  const now = useNow(budget?.limit != null);
  if (!budget) return null;
  const { used, limit } = budget;
  const words =
    limit === null
      ? t("settings.budget.free", { count: used })
      : t("settings.budget.used", { used, limit });
  const left = Math.max(0, Math.ceil((Date.parse(budget.resets_at) - now) / 1000));
  return (
    <Section title={t("settings.budget")}>
      <div class="setting" data-testid="budget">
        {limit !== null && (
          <meter
            min={0}
            max={limit}
            high={limit * HIGH}
            optimum={0}
            value={used}
            aria-label={t("settings.budget")}
            aria-valuetext={words}
          />
        )}
        <p class="setting-hint">
          {words}
          {limit !== null && `. ${t("settings.budget.reset", { when: when(left, now) })}`}
        </p>
      </div>
    </Section>
  );
}
