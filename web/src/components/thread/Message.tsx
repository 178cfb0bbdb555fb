import type { MessageProps } from "./messageProps.ts";
import { Question } from "./Question.tsx";
import { Reply } from "./Reply.tsx";

export function Message(props: MessageProps) {
  return props.message.role === "user" ? <Question {...props} /> : <Reply {...props} />;
}
