import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../text/text.ts";
import { useChat } from "../context.ts";
import type { Settings } from "./Settings.tsx";

const loaded = signal<typeof Settings | null>(null);

/** The settings dialog, loaded when it is first opened. */
export function LazySettings({ onClose }: { onClose: () => void }) {
  const chat = useChat();

  const load = async () => {
    try {
      loaded.value = (await import("./Settings.tsx")).Settings;
    } catch {
      chat.archive.notify(t("settings.failed"));
      onClose();
    }
  };

  useEffect(() => void load(), []);
  const Loaded = loaded.value;
  return Loaded && <Loaded onClose={onClose} />;
}
