import type { Message as Row } from "../api/wire.ts";
import { Question } from "./Question.tsx";
import { Reply } from "./Reply.tsx";

export interface MessageProps {
  message: Row;
  /** All versions of the message, itself among them. */
  versions: Row[];
  /** It is at the end of the branch. */
  last: boolean;
  /** It is being written. Read out by whole sentences, not with every token. */
  live: boolean;
  /** A reply is coming in, here or further down: nothing can be asked for now. */
  busy: boolean;
  editing: boolean;
}

export function Message(props: MessageProps) {
  return props.message.role === "user" ? <Question {...props} /> : <Reply {...props} />;
}
