import { effect } from "@preact/signals";
import type { Account } from "./account/account.ts";
import { claimAgain, completeSignIn } from "./account/arrival.ts";
import { claimEarlier } from "./account/claim.ts";
import { addressOf, conversationIn } from "./address.ts";
import { Api } from "./api/api.ts";
import { ulid } from "./ids.ts";
import { Chat } from "./store/chat.ts";
import { Drafts } from "./store/drafts.ts";
import { storeAnswers, storedAnswers } from "./store/preferences.ts";
import { initialState, newThread } from "./store/state.ts";
import { type KeyValues, SESSION } from "./store/storage.ts";
import { chosenModel, Store } from "./store/store.ts";
import type { World } from "./store/turns.ts";

export interface Surroundings extends World {
  fetch: typeof globalThis.fetch;
  /** Shared by all tabs of the browser. */
  storage: KeyValues;
  tabStorage: KeyValues;
}

/** Opens the page with one request, and with another one for a conversation in the address. */
export async function openPage(
  base: string,
  account: Account | null,
  surroundings: Surroundings,
): Promise<Chat> {
  const { storage } = surroundings;
  const tokens = {
    read: () => storage.getItem(SESSION),
    write: (token: string) => storage.setItem(SESSION, token),
    remove: () => storage.removeItem(SESSION),
  };
  const drafts = new Drafts(storage);
  const first = newThread(ulid(), drafts.read(null));
  const store = new Store(initialState(first, storedAnswers(storage)));
  const api = new Api(base, tokens, surroundings.fetch, account);
  const chat = new Chat(store, api, drafts, surroundings, surroundings.tabStorage);
  const claim = async () => (account ? claimEarlier(api, account, tokens) : 0);
  const returned = account !== null && (await completeSignIn(account, chat, claim));
  // First, because the response may contain the token that every other request needs.
  const started = chat.start();
  if (!returned) void claimAgain(chat, claim, started);
  void chat.thread.show(conversationIn(location.hash));
  drafts.keep(store);
  const answers = store.select((state) => state.answers);
  answers.subscribe((chosen) => storeAnswers(chosen, storage));
  keepAddress(chat);
  keepWarm(chat);
  return chat;
}

/** Puts the current conversation into the address once the server has saved it. */
function keepAddress(chat: Chat): void {
  addEventListener("hashchange", () => void chat.thread.show(conversationIn(location.hash)));
  const saved = chat.store.select(({ threads, current }) =>
    threads[current]?.state === "ready" ? current : null,
  );
  effect(() => {
    if (saved.value !== null && conversationIn(location.hash) !== saved.value) {
      history.replaceState(null, "", addressOf(saved.value));
    }
  });
}

/** Loads the model that the next message will go to while the message is being written. */
function keepWarm(chat: Chat): void {
  const model = chat.store.select(chosenModel);
  effect(() => {
    if (model.value !== null) void chat.models.warm(model.value);
  });
}
