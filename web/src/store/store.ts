import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Options } from "../api/wire.ts";
import type { StoreEvent, ThreadEvent } from "./events.ts";
import { reduce } from "./reduce/reduce.ts";
import type { State, Thread } from "./state.ts";

/** The one place of everything the page shows. It changes by `dispatch` only. */
export class Store {
  readonly #state;
  readonly state: ReadonlySignal<State>;

  constructor(initial: State) {
    this.#state = signal(initial);
    this.state = this.#state;
  }

  dispatch(event: StoreEvent): void {
    this.#state.value = reduce(this.#state.peek(), event);
  }

  inThread(id: string, event: ThreadEvent): void {
    this.dispatch({ type: "thread", id, event });
  }

  /** Dispatches to the thread on the screen. */
  inCurrent(event: ThreadEvent): void {
    this.inThread(this.current.id, event);
  }

  /** The thread on the screen. */
  get current(): Thread {
    return currentThread(this.#state.peek());
  }

  thread(id: string): Thread | undefined {
    return this.#state.peek().threads[id];
  }

  /** A value that components re-render for only when it became another one. */
  select<T>(read: (state: State) => T): ReadonlySignal<T> {
    return computed(() => read(this.state.value));
  }
}

export function currentThread(state: State): Thread {
  const thread = state.threads[state.current];
  if (!thread) throw new Error("The thread on the screen is not in the store.");
  return thread;
}

/** Something is written, and nothing stands in its way. */
export function isSendable({ draft, live, state }: Thread): boolean {
  return draft.trim() !== "" && !live && (state === "new" || state === "ready");
}

/** The model the next message goes to. One that is no longer offered gives way to the next best. */
export function chosenModel(state: State): string | null {
  const wanted = [currentThread(state).model, state.answers.model];
  const offered = wanted.find((model) => state.models.some(({ id }) => id === model));
  return offered ?? state.defaultModel;
}

/** How the next reply of the thread on the screen is to be made. */
export function optionsOf(state: State): Options {
  const model = chosenModel(state);
  const { temperature, maxTokens } = state.answers;
  const { state: place, systemPrompt } = currentThread(state);
  return {
    ...(model === null ? {} : { model }),
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    // Later the server has it.
    ...(systemPrompt === null || place !== "new" ? {} : { system_prompt: systemPrompt }),
  };
}
