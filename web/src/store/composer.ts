import type { Message, Outgoing } from "../api/wire.ts";
import { uuid } from "../ids.ts";
import { branchOf, tipOf } from "./branch.ts";
import type { Drafts } from "./drafts.ts";
import type { Replies } from "./replies.ts";
import { isSendable, type Store } from "./store.ts";

/** What the person writes: the draft, and edits of messages that were sent. */
export class Composer {
  constructor(
    private readonly store: Store,
    private readonly replies: Replies,
    private readonly drafts: Drafts,
  ) {}

  edit(text: string): void {
    this.store.inCurrent({ type: "draft-edited", text });
  }

  /** Sends the draft. Keeps the message id after a failure, so the same text gets one answer. */
  async send(): Promise<void> {
    const thread = this.store.current;
    if (!isSendable(thread)) return;
    const parent = tipOf(thread);
    await this.#send(thread.draft, parent === null ? {} : { parent_id: parent });
  }

  startEditing(messageId: string): void {
    const message = this.#message(messageId);
    if (message) {
      this.store.inCurrent({ type: "editing", editing: { messageId, text: message.content } });
    }
  }

  /** Starts editing the last message on the screen. */
  editLast(): void {
    const thread = this.store.current;
    const last = branchOf(thread).findLast(({ role }) => role === "user");
    if (last && !thread.live) this.startEditing(last.id);
  }

  changeEdited(text: string): void {
    const { editing } = this.store.current;
    if (editing) this.store.inCurrent({ type: "editing", editing: { ...editing, text } });
  }

  cancelEditing(): void {
    this.store.inCurrent({ type: "editing", editing: null });
  }

  /** Sends the edited text as another version of the message. */
  async sendEdited(): Promise<void> {
    const { editing } = this.store.current;
    const message = editing && this.#message(editing.messageId);
    if (message) await this.#send(editing.text, { parent_id: message.parent_id });
  }

  forgetDrafts(): void {
    this.drafts.forgetAll();
  }

  #message(id: string): Message | undefined {
    return this.store.current.messages.find((message) => message.id === id);
  }

  async #send(text: string, parent: Pick<Outgoing, "parent_id">): Promise<void> {
    const content = text.trim();
    if (content === "") return;
    const { failed } = this.store.current;
    const same = failed?.content === content && failed.parent_id === parent.parent_id;
    await this.replies.request({
      kind: "send",
      message: same ? failed : { id: uuid(), content, ...parent },
    });
  }
}
