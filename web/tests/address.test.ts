import { expect, test } from "vitest";
import { addressOf, conversationIn } from "../src/address.ts";

test("an address names a conversation, or a new chat", () => {
  expect(conversationIn(addressOf("01J0ABC"))).toBe("01J0ABC");
  expect(conversationIn(addressOf(null))).toBeNull();
  expect(conversationIn("")).toBeNull();
});

test("a malformed address names a conversation that does not exist", () => {
  expect(conversationIn("#/c/%E0%A4%A")).toBe("%E0%A4%A");
  expect(conversationIn("#/c/a/b")).toBeNull();
});
