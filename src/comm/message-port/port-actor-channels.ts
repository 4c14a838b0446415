// Actor channels for the tasks of an executor thread: through its port to the worker's main thread,
// which has the real channels.
import type { CallerToWorker, WorkerToCaller } from "../../protocol/messages/messages.js";
import type { ActorChannel, ActorChannelListener } from "../interface/actor-channel.js";

/** Messages of a thread about its channels to actors, which it numbers. */
export type CallsFromPort =
  | { readonly type: "openCalls"; readonly line: number; readonly address: string }
  | { readonly type: "call"; readonly line: number; readonly message: CallerToWorker }
  | { readonly type: "closeCalls"; readonly line: number };

/** Messages to that thread. */
export type CallsToPort =
  | { readonly type: "answered"; readonly line: number; readonly message: WorkerToCaller }
  | { readonly type: "callsLost"; readonly line: number; readonly reason: string };

/** The lines of one thread. */
export class PortCalls {
  readonly #send: (message: CallsFromPort) => void;
  readonly #listeners = new Map<number, ActorChannelListener>();
  #lines = 0;

  constructor(send: (message: CallsFromPort) => void) {
    this.#send = send;
  }

  open(address: string, listener: ActorChannelListener): ActorChannel {
    const line = ++this.#lines;
    this.#listeners.set(line, listener);
    this.#send({ type: "openCalls", line, address });
    return {
      send: (message) => this.#send({ type: "call", line, message }),
      close: () => {
        this.#listeners.delete(line);
        this.#send({ type: "closeCalls", line });
      },
    };
  }

  receive(told: CallsToPort): void {
    const listener = this.#listeners.get(told.line);
    if (told.type === "answered") listener?.received(told.message);
    else {
      this.#listeners.delete(told.line);
      listener?.lost(told.reason);
    }
  }
}

/** The lines of one thread as its worker's main thread has them. */
export class GuestCalls {
  readonly #open: (address: string, listener: ActorChannelListener) => ActorChannel;
  readonly #send: (message: CallsToPort) => void;
  readonly #lines = new Map<number, ActorChannel>();

  constructor(
    open: (address: string, listener: ActorChannelListener) => ActorChannel,
    send: (message: CallsToPort) => void,
  ) {
    this.#open = open;
    this.#send = send;
  }

  receive(said: CallsFromPort): void {
    const { line } = said;
    switch (said.type) {
      case "openCalls":
        this.#lines.set(
          line,
          this.#open(said.address, {
            received: (message) => this.#send({ type: "answered", line, message }),
            lost: (reason) => {
              this.#lines.delete(line);
              this.#send({ type: "callsLost", line, reason });
            },
          }),
        );
        break;
      case "call":
        this.#lines.get(line)?.send(said.message);
        break;
      case "closeCalls":
        this.#lines.get(line)?.close();
        this.#lines.delete(line);
        break;
    }
  }

  /** The thread is gone. */
  close(): void {
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
  }
}
