import { Account } from "../src/account/account.ts";
import * as provider from "../src/account/provider.ts";
import type { SignIn } from "../src/account/signIn.ts";
import { openPage } from "../src/page.ts";
import { FakeServer } from "./api/server.ts";
import { memory } from "./store/memory.ts";
import { detail, FakeTabs, row } from "./store/page.ts";
import { FakeNetwork } from "./stream/fakeNetwork.ts";

export const START = "GET /api/start";
export const CONVERSATION = "GET /api/conversations/c1";
export const WARM = "POST /api/models/warm";
export const NOW = 1_000_000;

export const summary = (id: string) => ({
  ...{ id, title: `Title of ${id}`, model: "a/model" },
  ...{ created_at: "2026-11-01T00:00:00Z", updated_at: "2026-11-01T00:00:00Z" },
});

export const start = (more: object = {}) => ({
  me: { user_id: "u", signed_in: false, budget: { used: 1 }, limits: { max_tokens: 9 } },
  default: "a/model",
  models: ["a/model", "b/model"].map((id) => ({ id, label: id })),
  warmups: { used: 0, limit: null },
  warming: "a/model",
  conversations: [summary("c1")],
  cursor: null,
  ...more,
});

export const session = (token: string) => ({ session: { token, user_id: "u", expires_at: "" } });

export const exchange = () =>
  detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", "complete", "Yes."));

/** The page after its first requests have been answered. */
export async function opened(
  routes: FakeServer["routes"],
  { hash = "", kept = {}, person = null as Account | null, tab = {} } = {},
) {
  history.replaceState(null, "", `/${hash}`);
  const server = new FakeServer(routes);
  const [storage, tabStorage] = [memory(), memory()];
  for (const [key, value] of Object.entries(kept)) storage.setItem(key, String(value));
  for (const [key, value] of Object.entries(tab)) tabStorage.setItem(key, String(value));
  const network = new FakeNetwork();
  const chat = await openPage("https://function.example", person, {
    now: () => NOW,
    pause: async () => undefined,
    network,
    tabs: new FakeTabs(),
    fetch: server.fetch,
    storage,
    tabStorage,
  });
  const state = () => chat.store.state.value;
  const settled = () => new Promise((resolve) => setTimeout(resolve, 20));
  await settled();
  return { chat, network, server, settled, state, storage };
}

/** A signed-in person with the token a1, which renews to a2. */
export function account(): Account {
  const signIn: SignIn = {
    ...{ id: "1", name: "anna", since: Date.now(), claimed: false },
    ...{ access: "a1", refresh: "r1", expires: NOW + 3_600_000 },
  };
  const storage = memory();
  storage.setItem("account", JSON.stringify(signIn));
  const renewed = { access: "a2", refresh: "r2", expires: NOW + 3_600_000 };
  return new Account({ issuer: "https://issuer.example", client_id: "page" }, storage, {
    now: () => NOW,
    provider: async () => ({ ...provider, renew: async () => renewed }),
    inOneTab: (work) => work(),
  });
}
