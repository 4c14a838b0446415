// A client's channels to workers with its actors: one for each worker, opened by the first call.
import type { ActorChannel } from "../../comm/interface/actor-channel.js";
import type { Transport } from "../../comm/interface/transport.js";
import type { CallActor, WorkerToCaller } from "../../protocol/messages/messages.js";

/** Receives events of the channels. */
export interface ActorChannelsListener {
  received(message: WorkerToCaller): void;
  lost(address: string, reason: string): void;
}

/** The lines of one client. */
export class ActorChannels {
  readonly #transport: Transport;
  readonly #listener: ActorChannelsListener;
  readonly #lines = new Map<string, ActorChannel>();

  constructor(transport: Transport, listener: ActorChannelsListener) {
    this.#transport = transport;
    this.#listener = listener;
  }

  call(address: string, message: CallActor): void {
    let line = this.#lines.get(address);
    if (line === undefined) {
      const opened = this.#transport.openCalls(address, {
        received: (answer) => this.#listener.received(answer),
        lost: (reason) => {
          if (this.#lines.get(address) === opened) this.#lines.delete(address);
          this.#listener.lost(address, reason);
        },
      });
      line = opened;
      this.#lines.set(address, line);
    }
    line.send(message);
  }

  close(): void {
    for (const line of this.#lines.values()) line.close();
    this.#lines.clear();
  }
}
