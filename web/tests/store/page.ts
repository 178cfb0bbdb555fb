import { Api } from "../../src/api/api.ts";
import { Chat } from "../../src/store/chat.ts";
import { Drafts } from "../../src/store/drafts.ts";
import { initialState, newThread } from "../../src/store/state.ts";
import { currentThread, Store } from "../../src/store/store.ts";
import type { Tabs } from "../../src/store/tabs.ts";
import { FakeServer, json, tokenStore } from "../api/server.ts";
import { FakeNetwork } from "../stream/fakeNetwork.ts";
import { bodyOf, bytes } from "../stream/wire.ts";
import { memory } from "./memory.ts";

export const TURNS = "POST /api/conversations/c1/turns";
export const CONVERSATION = "GET /api/conversations/c1";
export const NOW = 1_000;

/** The page without its components, with a fake server. */
export function page(routes: FakeServer["routes"]) {
  const server = new FakeServer(routes);
  const storage = memory();
  const drafts = new Drafts(storage);
  const store = new Store(initialState(newThread("c1")));
  drafts.keep(store);
  const network = new FakeNetwork();
  const tabs = new FakeTabs();
  const world = { now: () => NOW, pause: async () => undefined, network, tabs };
  const api = new Api("https://function.example", tokenStore(), server.fetch);
  const chat = new Chat(store, api, drafts, world, memory());
  const thread = () => currentThread(store.state.value);
  return { server, api, storage, store, network, tabs, chat, thread };
}

export class FakeTabs implements Tabs {
  readonly told: string[] = [];
  hear: (conversation: string) => void = () => undefined;

  tell(conversation: string): void {
    this.told.push(conversation);
  }

  onTold(listener: (conversation: string) => void): void {
    this.hear = listener;
  }
}

/** A message of a conversation whose only question is m1. */
export const row = (id: string, role: string, status: string, content: string) => ({
  ...{ id, role, status, content, usage: null, created_at: "" },
  parent_id: role === "user" ? null : "m1",
  outcome: status === "streaming" || role === "user" ? null : status,
});

export const detail = (...messages: unknown[]) =>
  json({ conversation: { id: "c1", title: "A title", model: "m" }, messages, cursor: null });

export const exchange = (status: string, content: string) => () =>
  detail(row("m1", "user", "complete", "Why?"), row("r1", "assistant", status, content));

export const answer = (...frames: string[]) => bodyOf(frames.map(bytes));

/** An answer whose frames the test pushes one by one. */
export function slowly() {
  let push: (...frames: string[]) => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      push = (...frames) => {
        for (const frame of frames) controller.enqueue(bytes(frame));
      };
    },
  });
  return { response: new Response(body), push };
}

export const messageIds = (server: FakeServer) =>
  server.requests
    .filter(({ method, path }) => method === "POST" && path.endsWith("/turns"))
    .map(({ body }) => (body as { message: { id: string } }).message.id);
