// Plugins that a thread was asked to set up, or to take away, and that have not answered yet.
import type { WireError } from "../../protocol/values/wire-error.js";
import type { PlugThread, ThreadPlugged } from "./thread-messages.js";

/** Resolves with what the plugin threw. */
type Answer = (error: WireError | undefined) => void;

/** The requests of one thread. */
export class PlugRequests {
  readonly #open = new Map<number, Answer>();
  #count = 0;

  /** Asks; resolves when the thread has answered, or ended. */
  ask(
    name: string,
    plugin: Uint8Array | null,
    send: (message: PlugThread) => void,
  ): Promise<WireError | undefined> {
    const number = this.#count++;
    return new Promise((resolve) => {
      this.#open.set(number, resolve);
      send({ type: "plug", number, name, plugin });
    });
  }

  /** The thread has answered. */
  answered({ number, error }: ThreadPlugged): void {
    this.#open.get(number)?.(error);
    this.#open.delete(number);
  }

  /** The thread has ended. */
  close(): void {
    for (const answer of this.#open.values()) answer(undefined);
    this.#open.clear();
  }
}
