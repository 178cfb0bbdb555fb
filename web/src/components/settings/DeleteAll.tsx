import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf } from "../../address.ts";
import { ApiError } from "../../api/error.ts";
import { t } from "../../text/text.ts";
import { useChat } from "../context.ts";

/** Deletes the whole history, after a confirmation. */
export function DeleteAll() {
  const chat = useChat();
  const [confirming, setConfirming] = useState(false);
  const [result, setResult] = useState("");
  const first = useRef<HTMLButtonElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (confirming) cancel.current?.focus();
  }, [confirming]);

  const stop = () => {
    setConfirming(false);
    requestAnimationFrame(() => first.current?.focus());
  };

  const remove = async () => {
    stop();
    try {
      await chat.archive.removeAll();
      location.hash = addressOf(null);
      setResult(t("settings.deleteAll.done"));
    } catch (error) {
      setResult(ApiError.from(error).message);
    }
  };

  return (
    <div class="setting">
      {confirming ? (
        <>
          <p>{t("settings.deleteAll.sure")}</p>
          <div class="setting-buttons">
            <button
              type="button"
              class="small-button"
              data-testid="delete-all-sure"
              onClick={remove}
            >
              {t("settings.deleteAll.yes")}
            </button>
            <button ref={cancel} type="button" class="small-button" onClick={stop}>
              {t("edit.cancel")}
            </button>
          </div>
        </>
      ) : (
        <button
          ref={first}
          type="button"
          class="small-button"
          data-testid="delete-all"
          onClick={() => setConfirming(true)}
        >
          {t("settings.deleteAll")}
        </button>
      )}
      <p class="setting-hint" role="status">
        {result}
      </p>
    </div>
  );
}
