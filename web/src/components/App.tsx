import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { currentThread } from "../store/store.ts";
import { t } from "../text/text.ts";
import { Announcer } from "./Announcer.tsx";
import { Composer } from "./Composer.tsx";
import { useChat, useSelect } from "./context.ts";
import { ErrorNotice } from "./ErrorNotice.tsx";
import { Header } from "./Header.tsx";
import { Sidebar } from "./Sidebar.tsx";
import { Thread } from "./Thread.tsx";

export function App() {
  const chat = useChat();
  const drawer = useSignal(false);
  const current = useSelect((state) => state.current);
  const title = useSelect((state) => currentThread(state).title);

  useEffect(() => {
    document.title = title === "" ? t("app.name") : `${title} · ${t("app.name")}`;
  }, [title]);

  useEffect(() => {
    drawer.value = false;
  }, [current]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const ours = event.key === "Escape" && !event.defaultPrevented && !drawer.peek();
      if (ours) void chat.stop();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  return (
    <div class="app">
      <button
        type="button"
        class="skip-link"
        onClick={() => document.getElementById("composer")?.focus()}
      >
        {t("app.skip")}
      </button>
      <Sidebar open={drawer.value} onClose={() => (drawer.value = false)} />
      <div class="page">
        <Header title={title} onMenu={() => (drawer.value = true)} />
        <Thread key={current} />
        <footer class="page-foot">
          <ErrorNotice />
          <Composer key={current} />
        </footer>
      </div>
      <Announcer />
    </div>
  );
}
