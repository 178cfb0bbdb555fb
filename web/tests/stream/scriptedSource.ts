import { expect } from "vitest";
import { follow, type ReplySource } from "../../src/stream/follow.ts";
import { all, bodyOf, bytes, chunk, done, turn } from "./wire.ts";

export const TEXT =
  "One two three, 🌌 four five six. Über-long words: ünïcödé 終わり, and the end.";

/** AnswerOptions each connection with the next answer. Records the position of each resume. */
export class ScriptedSource implements ReplySource {
  readonly requests: (number | "start")[] = [];

  constructor(private readonly answers: ((after: number) => Response | Error)[]) {}

  async start(): Promise<Response> {
    return this.#answer("start");
  }

  async resume(_replyId: string, after: number): Promise<Response> {
    return this.#answer(after);
  }

  #answer(request: number | "start"): Response {
    this.requests.push(request);
    const answer = this.answers.shift()?.(request === "start" ? 0 : request);
    if (answer instanceof Response) return answer;
    throw answer ?? new Error("There was one connection too many.");
  }
}

export const pauses: number[] = [];
export const options = () => {
  pauses.length = 0;
  return {
    signal: new AbortController().signal,
    pause: async (milliseconds: number) => {
      pauses.push(milliseconds);
    },
  };
};

export const wire = (text: string[]) => text.map(bytes);

export async function textOf(source: ReplySource): Promise<string> {
  const events = await all(follow(source, options()));
  expect(events.filter(({ type }) => type === "done")).toHaveLength(1);
  expect(events.at(-1)?.type).toBe("done");
  return events.map((event) => (event.type === "chunk" ? event.content : "")).join("");
}

/** The server's answer to a reader who has the first `after` characters. */
export function rest(after: number): Response {
  const tail = [...TEXT].slice(after).join("");
  let position = after;
  const frames = [...tail].map((character) => chunk(character, ++position));
  return bodyOf(wire([turn(), ...frames, done()]));
}
