import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Options } from "../api/wire.ts";
import type { StoreEvent, ThreadEvent } from "./events.ts";
import { reduce } from "./reduce/reduce.ts";
import type { State, Thread } from "./state.ts";

/** Holds everything the page shows. Only `dispatch` changes it. */
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

  /** Part of the state. Components re-render only when this part changes. */
  select<T>(read: (state: State) => T): ReadonlySignal<T> {
    return computed(() => read(this.state.value));
  }
}

export function currentThread(state: State): Thread {
  const thread = state.threads[state.current];
  if (!thread) throw new Error("The thread on the screen is not in the store.");
  return thread;
}

/** True if there is a draft and no reply is being written. */
export function isSendable({ draft, live, state }: Thread): boolean {
  return draft.trim() !== "" && !live && (state === "new" || state === "ready");
}

/** The model the next message goes to. Skips a choice that is no longer on the list. */
export function chosenModel(state: State): string | null {
  const wanted = [currentThread(state).model, state.answers.model];
  const offered = wanted.find((model) => state.models.some(({ id }) => id === model));
  return offered ?? state.defaultModel;
}

/** Options of the next reply in the thread on the screen. */
export function optionsOf(state: State): Options {
  const model = chosenModel(state);
  const { temperature, maxTokens } = state.answers;
  const { state: place, systemPrompt } = currentThread(state);
  return {
    ...(model === null ? {} : { model }),
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    // Sent with the first message only: the server keeps it.
    ...(systemPrompt === null || place !== "new" ? {} : { system_prompt: systemPrompt }),
  };
}
