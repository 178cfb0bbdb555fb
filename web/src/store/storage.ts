export interface KeyValues extends Pick<Storage, "getItem" | "setItem" | "removeItem"> {
  keys(): Iterable<string>;
}

/** Where the token of the anonymous user is. */
export const SESSION = "session";

/** The browser's storage; where it is switched off or full, this page's memory. */
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
