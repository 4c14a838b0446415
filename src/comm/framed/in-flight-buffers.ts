// Memory that is being sent over lines of frames. It is not copied: ZeroMQ's thread or the event
// loop reads it some time after `send`, and no event reports that. So it is released when the peer
// confirms the reply. If no confirmation comes, it is released when the garbage collector sees that
// the line has dropped its view (frame-lines.ts: not before all was sent).
import { setTimeout as sleep } from "node:timers/promises";
import { collectGarbage } from "../../system/garbage-collection.js";
import type { DataItem } from "../interface/transport.js";

/**
 * How often it is looked whether a line that closes has let go, and for how long at most: longer
 * than lines linger.
 */
const LOOK_INTERVAL_MS = 20;
const LOOK_MS_MAX = 10_000;

/** The memory of one reply's items. */
class InFlightReply {
  readonly #releases: readonly (() => void)[];
  readonly #onEnd: () => void;
  #viewsLeft: number;
  #hasEnded = false;

  /** @param onEnd called once, when the memory goes back */
  constructor(items: readonly DataItem[], onEnd: () => void) {
    this.#releases = items.flatMap(({ release }) => (release === undefined ? [] : [release]));
    this.#viewsLeft = items.length;
    this.#onEnd = onEnd;
  }

  get isEmpty(): boolean {
    return this.#releases.length === 0;
  }

  /** Gives the memory back; the second time, nothing. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const release of this.#releases) release();
    this.#onEnd();
  }

  /** The line has released one of the views. */
  dropView(): void {
    if (--this.#viewsLeft === 0) this.end();
  }
}

const droppedViews = new FinalizationRegistry<InFlightReply>((reply) => reply.dropView());

/** The loans of one data server, by peer and request. */
export class InFlightBuffers {
  readonly #inFlight = new Map<string, Map<number, InFlightReply>>();
  /** Those that have not ended, of lost peers, too. */
  readonly #open = new Set<InFlightReply>();

  /**
   * Lends the memory of `items`, and returns views of it to send: the only references to them must
   * be the line's.
   */
  lend(peer: string, request: number, items: readonly DataItem[]): Uint8Array[] {
    const views = items.map(
      ({ bytes }) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    );
    const reply = new InFlightReply(items, () => this.#forget(peer, request, reply));
    if (reply.isEmpty) return views;
    this.#open.add(reply);
    for (const view of views) droppedViews.register(view, reply);
    let ofPeer = this.#inFlight.get(peer);
    if (ofPeer === undefined) this.#inFlight.set(peer, (ofPeer = new Map()));
    ofPeer.set(request, reply);
    return views;
  }

  /** The peer has the reply to `request`. */
  arrived(peer: string, request: number): void {
    this.#inFlight.get(peer)?.get(request)?.end();
  }

  /** The peer is gone: its loans end when the line releases it. */
  lose(peer: string): void {
    this.#inFlight.delete(peer);
  }

  /** Also of a peer that was lost before it was lent this: no one else would. */
  #forget(peer: string, request: number, reply: InFlightReply): void {
    this.#open.delete(reply);
    const ofPeer = this.#inFlight.get(peer);
    if (ofPeer?.get(request) !== reply) return;
    ofPeer.delete(request);
    if (ofPeer.size === 0) this.#inFlight.delete(peer);
  }

  /** After all lines were closed: resolves when they have released everything. */
  async end(): Promise<void> {
    const endMs = performance.now() + LOOK_MS_MAX;
    while (this.#open.size > 0 && performance.now() < endMs) {
      collectGarbage();
      await sleep(LOOK_INTERVAL_MS);
    }
  }
}
