import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addressOf } from "../address.ts";
import { currentThread } from "../store/store.ts";
import { language, t } from "../text/text.ts";
import { Announcer } from "./Announcer.tsx";
import { Composer } from "./composer/Composer.tsx";
import { ErrorNotice } from "./composer/ErrorNotice.tsx";
import { OfflineNotice } from "./composer/OfflineNotice.tsx";
import { useChat, useSelect } from "./context.ts";
import { Header } from "./Header.tsx";
import { Help } from "./Help.tsx";
import { LazySettings } from "./settings/LazySettings.tsx";
import { useHelpKey, useShortcuts } from "./shortcuts.ts";
import { Sidebar } from "./sidebar/Sidebar.tsx";
import { Thread } from "./thread/Thread.tsx";
import { UndoNotice } from "./UndoNotice.tsx";

export function App() {
  const chat = useChat();
  const drawer = useSignal(false);
  const help = useSignal(false);
  const settings = useSignal(false);
  const helpKey = useHelpKey();
  const current = useSelect((state) => state.current);
  const title = useSelect((state) => currentThread(state).title);

  useEffect(() => {
    document.title = title === "" ? t("app.name") : `${title} · ${t("app.name")}`;
  }, [title, language.value]);

  useEffect(() => {
    drawer.value = false;
  }, [current]);

  useShortcuts({
    // Escape closes the drawer too.
    stop: () => !drawer.peek() && void chat.replies.stop(),
    newChat: () => {
      location.hash = addressOf(null);
    },
    help: () => {
      help.value = true;
    },
    helpKey: helpKey.on,
  });

  return (
    <div class="app">
      <button
        type="button"
        class="skip-link"
        onClick={() => document.getElementById("composer")?.focus()}
      >
        {t("app.skip")}
      </button>
      <Sidebar
        open={drawer.value}
        onClose={() => (drawer.value = false)}
        onSettings={() => (settings.value = true)}
      />
      <div class="page">
        <Header
          title={title}
          onMenu={() => (drawer.value = true)}
          onHelp={() => (help.value = true)}
        />
        <Thread key={current} />
        <footer class="page-foot">
          <OfflineNotice />
          <ErrorNotice />
          <Composer key={current} />
        </footer>
      </div>
      <UndoNotice />
      <Announcer />
      {help.value && <Help helpKey={helpKey} onClose={() => (help.value = false)} />}
      {settings.value && <LazySettings onClose={() => (settings.value = false)} />}
    </div>
  );
}
