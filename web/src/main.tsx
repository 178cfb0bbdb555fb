import { options, render } from "preact";
import { Account } from "./account/account.ts";
import { loadConfig } from "./api/config.ts";
import { ApiError } from "./api/error.ts";
import { App } from "./components/App.tsx";
import { AccountContext } from "./components/account.ts";
import { ChatContext } from "./components/context.ts";
import { StartFailure } from "./components/StartFailure.tsx";
import { openPage, type Surroundings } from "./page.ts";
import { browserStorage, type KeyValues } from "./store/storage.ts";
import { browserTabs } from "./store/tabs.ts";
import { browserNetwork } from "./stream/network.ts";
import { restoreLanguage } from "./text/languages.ts";
import { restoreTheme } from "./theme.ts";
import { registerWorker } from "./worker.ts";
import "./styles/index.css";

function surroundings(storage: KeyValues): Surroundings {
  return {
    now: () => Date.now(),
    pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    network: browserNetwork(),
    tabs: browserTabs(),
    fetch: (input, init) => fetch(input, init),
    storage,
    tabStorage: browserStorage("sessionStorage"),
  };
}

async function start(root: Element): Promise<void> {
  // Tokens can come faster than frames; only one render per frame is visible.
  options.debounceRendering = requestAnimationFrame;
  const storage = browserStorage();
  restoreTheme(storage);
  try {
    const languageLoaded = restoreLanguage(storage, navigator.languages);
    const { api, oidc } = await loadConfig((input, init) => fetch(input, init));
    await languageLoaded;
    const account = oidc && new Account(oidc, storage);
    const chat = await openPage(api, account, surroundings(storage));
    render(
      <ChatContext.Provider value={chat}>
        <AccountContext.Provider value={account}>
          <App />
        </AccountContext.Provider>
      </ChatContext.Provider>,
      root,
    );
    addEventListener("pagehide", () => void chat.archive.flush());
  } catch (error) {
    render(<StartFailure message={ApiError.from(error).message} />, root);
  }
}

const root = document.getElementById("app");
if (root) void start(root).then(registerWorker);
