import type { KeyValues } from "../../src/store/storage.ts";

/** A storage that a test can inspect. */
export function memory(): KeyValues & Map<string, string> {
  return Object.assign(new Map<string, string>(), {
    getItem(this: Map<string, string>, key: string) {
      return this.get(key) ?? null;
    },
    setItem(this: Map<string, string>, key: string, value: string) {
      this.set(key, value);
    },
    removeItem(this: Map<string, string>, key: string) {
      this.delete(key);
    },
  });
}
