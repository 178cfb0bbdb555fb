import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/api/config.ts";
import { json } from "./server.ts";

const BASE = "https://function.example";

describe("config.json", () => {
  const served = (answer: Response) => loadConfig(async () => answer);

  test("a trailing slash of the address is dropped", async () => {
    const config = await served(json({ api: "https://function.example/" }));
    expect(config).toEqual({ api: BASE, oidc: null });
  });

  test("names the provider for sign-in", async () => {
    const oidc = { issuer: "https://issuer.example", client_id: "page" };
    expect(await served(json({ api: BASE, oidc }))).toEqual({ api: BASE, oidc });
  });

  test.each([
    ["missing", new Response("Not found.", { status: 404 })],
    ["another page under 200", new Response("<!doctype html>")],
    ["without an address", json({})],
  ])("%s: the page says what is wrong", async (_, answer) => {
    await expect(served(answer)).rejects.toThrow("/config.json");
  });
});
