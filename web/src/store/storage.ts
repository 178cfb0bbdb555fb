export interface KeyValues extends Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  keys(): Iterable<string>;
}

/** Key of the anonymous user's token. */
export const SESSION = "session";

/** The browser's storage, or this page's memory where storage is disabled or full. */
export function browserStorage(
  place: "localStorage" | "sessionStorage" = "localStorage",
): KeyValues {
  const memory = new Map<string, string>();
  const either = <T>(stored: (storage: Storage) => T, kept: () => T): T => {
    try {
      return stored(globalThis[place]);
    } catch {
      return kept();
    }
  };
  return {
    getItem: (key) =>
      memory.get(key) ??
      either(
        (storage) => storage.getItem(key),
        () => null,
      ),
    setItem: (key, value) =>
      either(
        (storage) => {
          storage.setItem(key, value);
          memory.delete(key);
        },
        () => {
          memory.set(key, value);
        },
      ),
    keys: () => [
      ...memory.keys(),
      ...either(
        (storage) => Object.keys(storage),
        () => [],
      ),
    ],
    removeItem: (key) => {
      memory.delete(key);
      either(
        (storage) => storage.removeItem(key),
        () => undefined,
      );
    },
  };
}
