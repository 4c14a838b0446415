// Calls of actors within one process: a mailbox each way.
import type { CallerToWorker, WorkerToCaller } from "../../protocol/messages/messages.js";
import type {
  ActorChannel,
  ActorChannelListener,
  Caller,
  CallHandler,
} from "../interface/actor-channel.js";
import type { InprocDataServer } from "./inproc-data.js";
import { Mailbox } from "./mailbox.js";

/** A caller's line to a server of the same transport. */
export class InprocActorChannel implements ActorChannel, Caller {
  readonly #handler: CallHandler | undefined;
  readonly #out = new Mailbox<CallerToWorker>();
  readonly #in = new Mailbox<WorkerToCaller | { readonly lost: string }>();

  constructor(
    address: string,
    servers: ReadonlyMap<string, InprocDataServer>,
    listener: ActorChannelListener,
  ) {
    this.#handler = servers.get(address)?.calls;
    this.#out.read((message) => this.#handler?.called(this, message));
    this.#in.read((message) => {
      if ("lost" in message) listener.lost(message.lost);
      else listener.received(message);
    });
    if (this.#handler === undefined) this.#in.put({ lost: `nothing listens at ${address}` });
  }

  send(message: CallerToWorker): void {
    this.#out.put(message);
  }

  answer(message: WorkerToCaller): void {
    this.#in.put(message);
  }

  close(): void {
    this.#out.close();
    this.#in.close();
    this.#handler?.callerLost(this);
  }
}
