import type { Options, ReplyRequest } from "./wire.ts";

export function pathOf(conversationId: string): string {
  return `/api/conversations/${encodeURIComponent(conversationId)}`;
}

export function turnsOf(conversationId: string): string {
  return `${pathOf(conversationId)}/turns`;
}

export function replyRequest(
  turns: string,
  request: ReplyRequest,
  options: Options,
): { path: string; body: unknown } {
  if (request.kind === "send") {
    const { parent_id, ...message } = request.message;
    const parent = parent_id === undefined ? {} : { parent_id };
    return { path: turns, body: { message, ...parent, ...options } };
  }
  const path = `${turns}/${encodeURIComponent(request.replyId)}/${request.kind}`;
  const { model, ...further } = options;
  // A reply continues with the model it started with.
  return { path, body: request.kind === "continue" ? further : options };
}

/** Leaves out empty values. */
export function query(values: Record<string, string | null>): string {
  const pairs = Object.entries(values).filter((pair): pair is [string, string] => !!pair[1]);
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}
