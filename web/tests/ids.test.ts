import { expect, test, vi } from "vitest";
import { ulid, uuid } from "../src/ids.ts";

test("a ULID matches the server's pattern and sorts by time", () => {
  const ids = [0, 1, 1_700_000_000_000, 2 ** 48 - 1].map((time) => ulid(time));
  for (const id of ids) expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  expect([...ids].sort()).toEqual(ids);
  // The specification's example.
  expect(ulid(1_469_918_176_385).slice(0, 10)).toBe("01ARYZ6S41");
});

test("two ULIDs of the same millisecond differ", () => {
  expect(ulid(5)).not.toBe(ulid(5));
});

test("a UUID is version 4, also where randomUUID is missing", () => {
  const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(uuid()).toMatch(pattern);
  const { getRandomValues } = crypto;
  vi.stubGlobal("crypto", { getRandomValues: getRandomValues.bind(crypto) });
  expect(uuid()).toMatch(pattern);
  vi.unstubAllGlobals();
});
