import { useEffect, useState } from "preact/hooks";
import { t } from "../../text/text.ts";

/** Shown while the browser reports no network. */
export function OfflineNotice() {
  const [online, setOnline] = useState(navigator.onLine);

  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
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
