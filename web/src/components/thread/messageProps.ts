import type { Message } from "../../api/wire.ts";

export interface MessageProps {
  message: Message;
  /** All versions of the message, including this one. */
  versions: Message[];
  /** It is at the end of the branch. */
  last: boolean;
  /** It is being written. Announced in whole sentences, not per token. */
  live: boolean;
  /** A reply is coming in, here or further down, so no other reply can be requested. */
  busy: boolean;
  editing: boolean;
}
