import { expect, test } from "vitest";
import { periodsOf } from "../../src/store/days.ts";

const at = (updated: Date) => ({
  ...{ id: String(updated), title: "", model: "", created_at: "" },
  updated_at: updated.toISOString(),
});

const NOON = new Date(2026, 10, 25, 12);

test.each<[string, Date, unknown]>([
  ["this morning", new Date(2026, 10, 25, 0, 1), "today"],
  ["a clock that is ahead", new Date(2026, 10, 25, 23), "today"],
  ["last night", new Date(2026, 10, 24, 23, 59), "yesterday"],
  ["the day before", new Date(2026, 10, 23, 23, 59), "week"],
  ["a week ago", new Date(2026, 10, 18, 0, 1), "week"],
])("%s", (_, updated, name) => {
  expect(periodsOf([at(updated)], +NOON)).toMatchObject([{ name }]);
});

test("older conversations are grouped by month and year", () => {
  const times = [new Date(2026, 10, 2), new Date(2026, 10, 1), new Date(2025, 10, 30)];
  const periods = periodsOf(times.map(at), +NOON);
  expect(periods.map(({ conversations }) => conversations.length)).toEqual([2, 1]);
  expect(periods.map(({ name }) => (name as Date).getFullYear())).toEqual([2026, 2025]);
});
