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
  const storedOr = <T>(stored: (storage: Storage) => T, inMemory: () => T): T => {
    try {
      return stored(globalThis[place]);
    } catch {
      return inMemory();
    }
  };
  return {
    getItem: (key) =>
      memory.get(key) ??
      storedOr(
        (storage) => storage.getItem(key),
        () => null,
      ),
    setItem: (key, value) =>
      storedOr(
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
      ...storedOr(
        (storage) => Object.keys(storage),
        () => [],
      ),
    ],
    removeItem: (key) => {
      memory.delete(key);
      storedOr(
        (storage) => storage.removeItem(key),
        () => undefined,
      );
    },
  };
}
