import { useEffect, useState } from "preact/hooks";
import { t } from "../../text/text.ts";

/** Shown while the browser reports no network. */
export function OfflineNotice() {
  const [online, setOnline] = useState(navigator.onLine);

  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener("online", update);
    addEventListener("offline", update);
    return () => {
      removeEventListener("online", update);
      removeEventListener("offline", update);
    };
  }, []);

  return (
    <div role="status">
      {!online && (
        <p class="offline" data-testid="offline">
          {t("offline.notice")}
        </p>
      )}
    </div>
  );
}
