// Lines to actors for the tasks of an executor thread: through its port to the main thread of its worker, which
// has the lines proper.
import type { CallActor, WorkerToCaller } from "../../protocol/messages/messages.js";
import type { CallLine, CallLineListener } from "../interface/actor-channel.js";

/** What a thread says of its lines, which it numbers. */
export type CallsFromPort =
  | { readonly type: "openCalls"; readonly line: number; readonly address: string }
  | { readonly type: "call"; readonly line: number; readonly message: CallActor }
  | { readonly type: "closeCalls"; readonly line: number };

/** What it receives. */
export type CallsToPort =
  | { readonly type: "answered"; readonly line: number; readonly message: WorkerToCaller }
  | { readonly type: "callsLost"; readonly line: number; readonly reason: string };

/** The lines of one thread. */
export class PortCalls {
  readonly #say: (message: CallsFromPort) => void;
  readonly #listeners = new Map<number, CallLineListener>();
  #lines = 0;

  constructor(say: (message: CallsFromPort) => void) {
    this.#say = say;
  }

  open(address: string, listener: CallLineListener): CallLine {
    const line = ++this.#lines;
    this.#listeners.set(line, listener);
    this.#say({ type: "openCalls", line, address });
    return {
      send: (message) => this.#say({ type: "call", line, message }),
      close: () => {
        this.#listeners.delete(line);
        this.#say({ type: "closeCalls", line });
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
  readonly #open: (address: string, listener: CallLineListener) => CallLine;
  readonly #tell: (message: CallsToPort) => void;
  readonly #lines = new Map<number, CallLine>();

  constructor(
    open: (address: string, listener: CallLineListener) => CallLine,
    tell: (message: CallsToPort) => void,
  ) {
    this.#open = open;
    this.#tell = tell;
  }

  receive(said: CallsFromPort): void {
    const { line } = said;
    switch (said.type) {
      case "openCalls":
        this.#lines.set(
          line,
          this.#open(said.address, {
            received: (message) => this.#tell({ type: "answered", line, message }),
            lost: (reason) => {
              this.#lines.delete(line);
              this.#tell({ type: "callsLost", line, reason });
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
