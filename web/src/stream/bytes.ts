/** Nothing came for so long that the connection must be dead: the server is never this quiet. */
export class Silence extends Error {
  constructor(milliseconds: number) {
    super(`Nothing came over the connection for ${Math.round(milliseconds / 1000)} s.`);
    this.name = "Silence";
  }
}

/** The chunks of a body. Leaving the loop early closes the connection. */
export async function* bytesOf(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await within(silenceMs, reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // A connection that broke refuses to be cancelled; there is nothing left to close then.
    reader.cancel().catch(() => undefined);
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Silence(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
