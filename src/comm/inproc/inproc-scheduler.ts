// The line between a scheduler and its peers within one process: two mailboxes per link.
import type { PeerId } from "../../protocol/values/ids.js";
import type {
  FromScheduler,
  SchedulerLink,
  SchedulerSocket,
  ToScheduler,
} from "../interface/transport.js";
import { Mailbox } from "./mailbox.js";

/**
 * A delivery over a link: a message, or the end of the link, which comes after all earlier
 * messages. The end is delivered after all earlier messages.
 */
type Delivery<Message> = { readonly message: Message } | { readonly lost: string };

/** A client's or worker's end. */
export class InprocLink implements SchedulerLink {
  readonly #inbox = new Mailbox<Delivery<FromScheduler>>();
  #remote: { receive(message: ToScheduler): void; lose(reason: string): void } | undefined;
  #onLost: (reason: string) => void = () => {};

  /** Called by the socket that accepts the link. */
  attach(remote: { receive(message: ToScheduler): void; lose(reason: string): void }): void {
    this.#remote = remote;
  }

  send(message: ToScheduler): void {
    this.#remote?.receive(message);
  }

  /** Mailboxes deliver by themselves. */
  flush(): void {}

  onMessage(handler: (message: FromScheduler) => void): void {
    this.#inbox.read((delivery) => {
      if ("message" in delivery) handler(delivery.message);
      else this.#onLost(delivery.lost);
    });
  }

  onLost(handler: (reason: string) => void): void {
    this.#onLost = handler;
  }

  async close(): Promise<void> {
    this.#remote?.lose("connection closed");
    this.#remote = undefined;
    this.#inbox.close();
  }

  /** A message comes from the scheduler. */
  receive(message: FromScheduler): void {
    this.#inbox.put({ message });
  }

  /** The scheduler is gone, or never was. */
  lose(reason: string): void {
    this.#remote = undefined;
    this.#inbox.put({ lost: reason });
  }
}

/** The scheduler's end. */
export class InprocSchedulerSocket implements SchedulerSocket {
  readonly address: string;
  readonly foreignFrameCount = 0;
  readonly #links = new Map<PeerId, InprocLink>();
  readonly #inbox = new Mailbox<Delivery<ToScheduler> & { readonly peer: PeerId }>();
  readonly #free: () => void;
  #peers = 0;
  #onPeerLost: (peer: PeerId, reason: string) => void = () => {};

  /** @param free gives the address back */
  constructor(address: string, free: () => void) {
    this.address = address;
    this.#free = free;
  }

  accept(link: InprocLink): void {
    const peer = `peer-${++this.#peers}`;
    this.#links.set(peer, link);
    link.attach({
      receive: (message) => this.#inbox.put({ peer, message }),
      lose: (lost) => {
        this.#links.delete(peer);
        this.#inbox.put({ peer, lost });
      },
    });
  }

  send(to: PeerId, message: FromScheduler): void {
    this.#links.get(to)?.receive(message);
  }

  /** Mailboxes deliver by themselves. */
  flush(): void {}

  onMessage(handler: (from: PeerId, message: ToScheduler) => void): void {
    this.#inbox.read((delivery) => {
      if ("message" in delivery) handler(delivery.peer, delivery.message);
      else this.#onPeerLost(delivery.peer, delivery.lost);
    });
  }

  onPeerLost(handler: (peer: PeerId, reason: string) => void): void {
    this.#onPeerLost = handler;
  }

  async close(): Promise<void> {
    this.#free();
    for (const link of this.#links.values()) link.lose("connection closed");
    this.#links.clear();
    this.#inbox.close();
  }
}
