// Memory lent to lines of frames. What is sent is not copied: it is read at some time after `send`, by
// ZeroMQ's own thread or the event loop's, and nothing tells when that is done. So memory goes back when the
// peer says that a reply arrived; where no such word comes (the peer is gone), when the garbage collector
// sees that the line has let go of the view that it was given (frame-lines.ts: not before all was sent).
import type { DataItem } from "./transport.js";

/** The memory of one reply's items. */
class Loan {
  readonly #releases: readonly (() => void)[];
  #viewsLeft: number;
  #hasEnded = false;

  constructor(items: readonly DataItem[]) {
    this.#releases = items.flatMap(({ release }) => (release === undefined ? [] : [release]));
    this.#viewsLeft = items.length;
  }

  get isEmpty(): boolean {
    return this.#releases.length === 0;
  }

  /** Gives the memory back; the second time, nothing. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    for (const release of this.#releases) release();
  }

  /** The line has let go of one of the views. */
  dropView(): void {
    if (--this.#viewsLeft === 0) this.end();
  }
}

const droppedViews = new FinalizationRegistry<Loan>((loan) => loan.dropView());

/** The loans of one data server, by peer and request. */
export class Loans {
  readonly #loans = new Map<string, Map<number, Loan>>();

  /**
   * Lends the memory of `items`, and returns views of it to send: the only references to them must
   * be the line's.
   */
  lend(peer: string, request: number, items: readonly DataItem[]): Uint8Array[] {
    const views = items.map(
      ({ bytes }) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    );
    const loan = new Loan(items);
    if (loan.isEmpty) return views;
    for (const view of views) droppedViews.register(view, loan);
    let ofPeer = this.#loans.get(peer);
    if (ofPeer === undefined) this.#loans.set(peer, (ofPeer = new Map()));
    ofPeer.set(request, loan);
    return views;
  }

  /** The peer has the reply to `request`. */
  arrived(peer: string, request: number): void {
    const ofPeer = this.#loans.get(peer);
    ofPeer?.get(request)?.end();
    ofPeer?.delete(request);
  }

  /** The peer is gone: its loans end when the line lets go. */
  lose(peer: string): void {
    this.#loans.delete(peer);
  }
}
