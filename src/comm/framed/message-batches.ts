// Batches messages: all messages to a peer within a turn of the event loop are sent together. Only
// this file decides when a turn ends; the sockets send.
import {
  type AnyMessage,
  type PreparedMessage,
  prepareMessage,
} from "../../protocol/frames/frames.js";

/** More messages than this are not sent together. */
const MESSAGES_MAX = 64;

/** Messages to one peer that wait for the end of the turn. */
export class MessageBatcher {
  readonly #send: (messages: readonly PreparedMessage[]) => void;
  #waiting: PreparedMessage[] = [];
  #turn: NodeJS.Immediate | undefined;

  /** @param send sends a batch; never called with none */
  constructor(send: (messages: readonly PreparedMessage[]) => void) {
    this.#send = send;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** @throws ProtocolError when the message contains what cannot be sent. */
  push(message: AnyMessage): void {
    this.#waiting.push(prepareMessage(message));
    // After this many messages in one turn, the peer may begin meanwhile.
    if (this.#waiting.length >= MESSAGES_MAX) this.flush();
    else this.#turn ??= setImmediate(() => this.flush());
  }

  /** Sends the waiting messages now. */
  flush(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const messages = this.#waiting;
    this.#waiting = [];
    if (messages.length > 0) this.#send(messages);
  }

  /** Drops the waiting messages: the peer is gone. */
  clear(): void {
    this.#waiting = [];
    this.flush();
  }
}
