// Streams of frames to browsers (server-sent events). A browser that reads slowly gets no more
// frames until it has read what was sent, then everything at once; one that never reads is cut off.
import type { ServerResponse } from "node:http";
import type { Frames } from "../views/page-frames.js";

const INTERVAL_MS = 500;
/** Making frames takes no more than this part of the scheduler's time. */
const COST_SHARE = 0.02;
/** However long that takes, a frame comes after this time. */
const WAIT_MS_MAX = 5_000;
/** Pages that are open at once. */
const STREAMS_MAX = 1_000;
/** How long a browser may leave a frame unread. */
const UNREAD_MS_MAX = 30_000;

interface Stream {
  readonly response: ServerResponse;
  /** Since when it has not read; undefined while it reads. */
  unreadSinceMs: number | undefined;
  /** Whether it has missed frames. */
  hasMissed: boolean;
}

/** All open streams. */
export class EventStreams {
  readonly #frames: Frames;
  readonly #streams = new Set<Stream>();
  #timer: NodeJS.Timeout | undefined;

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** How many pages are open. */
  get count(): number {
    return this.#streams.size;
  }

  /** Begins a stream; false when there are too many. */
  open(response: ServerResponse): boolean {
    if (this.#streams.size >= STREAMS_MAX) return false;
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    });
    const stream: Stream = { response, unreadSinceMs: undefined, hasMissed: false };
    response.on("drain", () => {
      stream.unreadSinceMs = undefined;
    });
    response.on("error", () => this.#streams.delete(stream));
    response.on("close", () => this.#streams.delete(stream));
    // It includes the last message to the other pages, and the next changes continue from it.
    this.#streams.add(stream);
    this.#send(stream, this.#frames.all());
    this.#timer ??= setTimeout(() => this.#tick(), INTERVAL_MS).unref();
    return true;
  }

  /** Ends all streams. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { response } of this.#streams) response.destroy();
    this.#streams.clear();
  }

  #tick(): void {
    this.#timer = undefined;
    if (this.#streams.size === 0) return;
    const startMs = performance.now();
    const changes = this.#frames.changes();
    let all: string | undefined;
    for (const stream of this.#streams) {
      if (stream.unreadSinceMs !== undefined) {
        stream.hasMissed = true;
        if (startMs - stream.unreadSinceMs > UNREAD_MS_MAX) stream.response.destroy();
      } else if (stream.hasMissed) {
        stream.hasMissed = false;
        all ??= this.#frames.all();
        this.#send(stream, all);
      } else this.#send(stream, changes);
    }
    const costMs = performance.now() - startMs;
    const waitMs = Math.max(INTERVAL_MS, Math.min(WAIT_MS_MAX, costMs / COST_SHARE));
    this.#timer = setTimeout(() => this.#tick(), waitMs).unref();
  }

  #send(stream: Stream, frame: string): void {
    if (!stream.response.write(`data: ${frame}\n\n`)) stream.unreadSinceMs = performance.now();
  }
}
