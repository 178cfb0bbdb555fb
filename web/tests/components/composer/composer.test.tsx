// @vitest-environment jsdom
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Composer } from "../../../src/components/composer/Composer.tsx";
import { ChatContext } from "../../../src/components/context.ts";
import type { Chat } from "../../../src/store/chat.ts";
import { initialState, newThread } from "../../../src/store/state.ts";
import { Store } from "../../../src/store/store.ts";

const send = vi.fn();
const stop = vi.fn();
let store: Store;
let field: HTMLTextAreaElement;
let button: HTMLButtonElement;

beforeEach(async () => {
  send.mockReset();
  stop.mockReset();
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  store = new Store(initialState(newThread("c1", "Hello")));
  const edit = (text: string) => store.inThread("c1", { type: "draft-edited", text });
  const chat = { store, composer: { send, edit }, replies: { stop } } as unknown as Chat;
  document.body.innerHTML = "<main></main>";
  await act(() => {
    render(
      <ChatContext.Provider value={chat}>
        <Composer />
      </ChatContext.Provider>,
      document.querySelector("main") as Element,
    );
  });
  field = document.querySelector("[data-testid=composer]") as HTMLTextAreaElement;
  button = document.querySelector("[data-testid=send]") as HTMLButtonElement;
});

function press(init: KeyboardEventInit): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init });
  field.dispatchEvent(event);
  return event;
}

describe("keys", () => {
  test("Enter sends without adding a line", () => {
    expect(press({ key: "Enter" }).defaultPrevented).toBe(true);
    expect(send).toHaveBeenCalledOnce();
  });

  test.each<[string, KeyboardEventInit]>([
    ["Shift + Enter adds a line", { key: "Enter", shiftKey: true }],
    ["Enter inside an IME composition does not send", { key: "Enter", isComposing: true }],
    ["Enter that ends a composition in Safari does not send", { key: "Enter", keyCode: 229 }],
    ["other keys are text", { key: "a" }],
  ])("%s", (_, init) => {
    expect(press(init).defaultPrevented).toBe(false);
    expect(send).not.toHaveBeenCalled();
  });
});

test("the field has the focus, also after a click on Send", () => {
  expect(document.activeElement).toBe(field);
  button.focus();
  button.click();
  expect(send).toHaveBeenCalledOnce();
  expect(document.activeElement).toBe(field);
});

test("during a reply there is no Send button, but text can be written", async () => {
  const message = { id: "m", content: "Hello" };
  await act(() =>
    store.inThread("c1", { type: "reply-requested", request: { kind: "send", message }, at: 0 }),
  );
  field.value = "The next question";
  await act(() => {
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  expect(document.querySelector("[data-testid=send]")).toBeNull();
  expect(store.thread("c1")?.draft).toBe("The next question");
});

test("Stop replaces Send and keeps the focus in the field", async () => {
  const message = { id: "m", content: "Hello" };
  await act(() =>
    store.inThread("c1", { type: "reply-requested", request: { kind: "send", message }, at: 0 }),
  );
  const stopButton = document.querySelector("[data-testid=stop]") as HTMLButtonElement;
  expect(stopButton.getAttribute("aria-label")).toBe("Stop");
  stopButton.focus();
  stopButton.click();
  expect(stop).toHaveBeenCalledOnce();
  expect(document.activeElement).toBe(field);
});

test("field and button have accessible names", () => {
  expect(field.getAttribute("aria-label")).toBe("Message");
  expect(button.getAttribute("aria-label")).toBe("Send");
});
