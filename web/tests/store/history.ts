import { visible } from "../../src/store/reduce/history.ts";
import { json } from "../api/server.ts";
import { page } from "./page.ts";

export const LIST = "GET /api/conversations";

export const conversation = (id: string, title: string) => ({
  ...{ id, title, model: "m" },
  ...{ created_at: "2026-11-01T00:00:00Z", updated_at: "2026-11-01T00:00:00Z" },
});

/** The page with two conversations on its list. */
export async function withTwo(routes: Parameters<typeof page>[0] = {}) {
  const two = [conversation("a", "Tides of the sea"), conversation("b", "Dinner plan")];
  const all = page({ [LIST]: () => json({ conversations: two, cursor: null }), ...routes });
  await all.chat.archive.load();
  const history = () => all.store.state.value.history;
  const titles = () => visible(history()).map(({ title }) => title);
  return { ...all, history, titles };
}
