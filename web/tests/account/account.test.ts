// @vitest-environment jsdom
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Account } from "../../src/account/account.ts";
import { claimEarlier } from "../../src/account/claim.ts";
import * as provider from "../../src/account/provider.ts";
import type { SignIn } from "../../src/account/signIn.ts";
import { Api } from "../../src/api/api.ts";
import { FakeServer, json, refusal, tokenStore } from "../api/server.ts";
import { memory } from "../store/memory.ts";

const OIDC = { issuer: "https://issuer.example", client_id: "page" };
const NOW = 1_000_000;
const SIGN_IN: SignIn = {
  ...{ id: "1", name: "anna", since: NOW, claimed: false },
  ...{ access: "a1", refresh: "r1", expires: NOW + 3_600_000 },
};

const renew = vi.fn<typeof provider.renew>();
let storage: ReturnType<typeof memory>;

beforeEach(() => {
  renew.mockReset();
  renew.mockResolvedValue({ access: "a2", refresh: "r2", expires: NOW + 3_600_000 });
  storage = memory();
});

function account(signIn: SignIn | null = SIGN_IN): Account {
  if (signIn) storage.setItem("account", JSON.stringify(signIn));
  return new Account(OIDC, storage, {
    now: () => NOW,
    provider: async () => ({ ...provider, renew }),
    inOneTab: (work) => work(),
  });
}

const kept = () => JSON.parse(storage.getItem("account") ?? "null");

describe("a signed-in person's token", () => {
  test("is null when signed out", () => {
    expect(account(null).token(null)).toBeNull();
  });

  test("is used until shortly before it expires", async () => {
    expect(await account().token(null)).toBe("a1");
    expect(renew).not.toHaveBeenCalled();
    expect(await account({ ...SIGN_IN, expires: NOW + 59_000 }).token(null)).toBe("a2");
    expect(kept()).toMatchObject({ access: "a2", refresh: "r2", name: "anna" });
  });

  test("is renewed once for all refused requests", async () => {
    const person = account();
    expect(await Promise.all([person.token("a1"), person.token("a1")])).toEqual(["a2", "a2"]);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  test("is the one that another tab has renewed", async () => {
    const person = account();
    storage.setItem("account", JSON.stringify({ ...SIGN_IN, access: "a3" }));
    expect(await person.token("a1")).toBe("a3");
    expect(renew).not.toHaveBeenCalled();
  });

  test("works until it expires if there is no refresh token", async () => {
    const person = account({ ...SIGN_IN, refresh: null, expires: NOW + 1_000 });
    expect(await person.token(null)).toBe("a1");
    await expect(person.token("a1")).rejects.toMatchObject({ code: "signed_out" });
    expect(person.signIn.value).toMatchObject({ access: null, name: "anna" });
  });

  test("ends when the provider refuses the refresh token, not when it is unreachable", async () => {
    const person = account();
    renew.mockRejectedValueOnce(new provider.SignInFailed("failed"));
    await expect(person.token("a1")).rejects.toMatchObject({ code: "unreachable" });
    expect(kept().refresh).toBe("r1");
    renew.mockRejectedValueOnce(new provider.SignInFailed("denied"));
    await expect(person.token("a1")).rejects.toMatchObject({ code: "signed_out", status: 401 });
    await expect(person.token(null)).rejects.toMatchObject({ code: "signed_out" });
    expect(renew).toHaveBeenCalledTimes(2);
  });

  test("is sent to the server, and never replaced by an anonymous session", async () => {
    const server = new FakeServer({
      "GET /api/me": ({ token }) => (token === "a2" ? json({}) : refusal(401, "x", "No.")),
    });
    const api = new Api("https://api.example", tokenStore("anonymous"), server.fetch, account());
    await api.me();
    expect(server.requests.map(({ token }) => token)).toEqual(["a1", "a2"]);
  });
});

describe("conversations from before the sign-in", () => {
  const CLAIM = "POST /api/sessions/claim";
  const page = (answer: () => Response, signIn = SIGN_IN) => {
    const server = new FakeServer({ [CLAIM]: answer });
    const tokens = tokenStore("anonymous");
    const person = account(signIn);
    const api = new Api("https://api.example", tokens, server.fetch, person);
    return { server, tokens, claim: (now = NOW) => claimEarlier(api, person, tokens, now) };
  };

  test("are claimed with the person's token", async () => {
    const { server, claim } = page(() => json({ claimed: 2 }));
    expect(await claim()).toBe(2);
    expect(server.requests).toMatchObject([{ token: "a1", body: { token: "anonymous" } }]);
    expect(kept().claimed).toBe(true);
  });

  test("are claimed again while a reply may still have been running", async () => {
    const { tokens, claim } = page(() => json({ claimed: 0 }));
    await claim(NOW + 60_000);
    expect(tokens.read()).toBe("anonymous");
    await claim(NOW + 3_600_000);
    expect(tokens.read()).toBeNull();
  });

  test("remain to be claimed after a failure", async () => {
    const { tokens, claim } = page(() => refusal(503, "x", "Not now."));
    expect(await claim(NOW + 3_600_000)).toBe(0);
    expect(tokens.read()).toBe("anonymous");
    expect(kept().claimed).toBe(false);
  });
});
