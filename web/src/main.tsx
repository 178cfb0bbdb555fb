import { effect } from "@preact/signals";
import { options, render } from "preact";
import { Account } from "./account/account.ts";
import { arrive } from "./account/arrival.ts";
import { claimEarlier } from "./account/claim.ts";
import { addressOf, conversationIn } from "./address.ts";
import { Api } from "./api/api.ts";
import { loadConfig } from "./api/config.ts";
import { ApiError } from "./api/error.ts";
import { App } from "./components/App.tsx";
import { AccountContext } from "./components/account.ts";
import { ChatContext } from "./components/context.ts";
import { StartFailure } from "./components/StartFailure.tsx";
import { ulid } from "./ids.ts";
import { Chat } from "./store/chat.ts";
import { Drafts } from "./store/drafts.ts";
import { keepAnswers, keptAnswers } from "./store/preferences.ts";
import { initialState, newThread } from "./store/state.ts";
import { browserStorage, type KeyValues, SESSION } from "./store/storage.ts";
import { chosenModel, Store } from "./store/store.ts";
import { browserTabs } from "./store/tabs.ts";
import type { World } from "./store/turns.ts";
import { browserNetwork } from "./stream/network.ts";
import { restoreLanguage } from "./text/languages.ts";
import { restoreTheme } from "./theme.ts";
import { registerWorker } from "./worker.ts";
import "./styles/index.css";

const world: World = {
  now: () => Date.now(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  network: browserNetwork(),
  tabs: browserTabs(),
};

async function connect(base: string, storage: KeyValues, account: Account | null): Promise<Chat> {
  const tokens = {
    read: () => storage.getItem(SESSION),
    write: (token: string) => storage.setItem(SESSION, token),
    remove: () => storage.removeItem(SESSION),
  };
  const drafts = new Drafts(storage);
  const first = newThread(ulid(), drafts.read(null));
  const store = new Store(initialState(first, keptAnswers(storage)));
  const api = new Api(base, tokens, (input, init) => fetch(input, init), account);
  const chat = new Chat(store, api, drafts, world, browserStorage("sessionStorage"));
  if (account) await arrive(account, chat, () => claimEarlier(api, account, tokens));
  void chat.thread.show(conversationIn(location.hash));
  drafts.keep(store);
  const answers = store.select((state) => state.answers);
  answers.subscribe((chosen) => keepAnswers(chosen, storage));
  return chat;
}

/** The address names the conversation on the screen, as soon as the server has it. */
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

/** The model that the next message goes to loads while it is written. */
function keepWarm(chat: Chat): void {
  const model = chat.store.select(chosenModel);
  effect(() => {
    if (model.value !== null) void chat.models.warm(model.value);
  });
}

async function start(root: Element): Promise<void> {
  // Tokens can come faster than frames; more than one render a frame is never seen.
  options.debounceRendering = requestAnimationFrame;
  const storage = browserStorage();
  restoreTheme(storage);
  try {
    const speaking = restoreLanguage(storage, navigator.languages);
    const { api, oidc } = await loadConfig((input, init) => fetch(input, init));
    await speaking;
    const account = oidc && new Account(oidc, storage);
    const chat = await connect(api, storage, account);
    keepAddress(chat);
    keepWarm(chat);
    render(
      <ChatContext.Provider value={chat}>
        <AccountContext.Provider value={account}>
          <App />
        </AccountContext.Provider>
      </ChatContext.Provider>,
      root,
    );
    void chat.models.load().then(() => chat.archive.load());
    addEventListener("pagehide", () => void chat.archive.flush());
  } catch (error) {
    render(<StartFailure message={ApiError.from(error).message} />, root);
  }
}

const root = document.getElementById("app");
if (root) void start(root).then(registerWorker);
