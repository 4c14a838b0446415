// Streams of frames to browsers, over WebSockets. A browser that reads slowly gets no more frames
// until it has read what was sent, then everything at once; one that never reads is cut off, as is
// one that answers no ping.
import type { WebSocket } from "ws";
import type { Frames } from "../views/page-frames.js";

const INTERVAL_MS = 500;
/** Making frames takes no more than this part of the scheduler's time. */
const COST_SHARE = 0.02;
/** However long that takes, a frame comes after this time. */
const WAIT_MS_MAX = 5_000;
/** Pages that are open at once. */
const STREAMS_MAX = 1_000;
/** How long a browser may leave a frame unread, or a ping without an answer. */
const SILENT_MS_MAX = 30_000;
/** A browser is pinged so long after it was heard last. */
const PING_MS = 15_000;
/** Tells a page to try again later: the code that RFC 6455's registry has for it. */
const TRY_LATER = 1_013;

interface Stream {
  readonly socket: WebSocket;
  /** Since when a frame is unread; undefined while there is none. */
  unreadSinceMs: number | undefined;
  /** Since when a ping has no answer; undefined while there is none. */
  pingedMs: number | undefined;
  /** When it answered last. */
  heardMs: number;
  /** Whether it has missed frames. */
  hasMissed: boolean;
}

/** All open streams. */
export class PageStreams {
  readonly #frames: Frames;
  readonly #streams = new Set<Stream>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(frames: Frames) {
    this.#frames = frames;
  }

  /** How many pages are open. */
  get count(): number {
    return this.#streams.size;
  }

  /** Begins a stream; one too many is ended, with a reason. */
  open(socket: WebSocket): void {
    // A connection that breaks is closed, too.
    socket.on("error", () => socket.terminate());
    if (this.#isClosed) {
      socket.terminate();
      return;
    }
    if (this.#streams.size >= STREAMS_MAX) {
      socket.close(TRY_LATER, "too many pages are open");
      return;
    }
    const heardMs = performance.now();
    const none = { unreadSinceMs: undefined, pingedMs: undefined, hasMissed: false };
    const stream: Stream = { socket, heardMs, ...none };
    socket.on("pong", () => {
      stream.pingedMs = undefined;
      stream.heardMs = performance.now();
    });
    socket.on("close", () => this.#streams.delete(stream));
    // It includes the last message to the other pages, and the next changes continue from it.
    this.#streams.add(stream);
    send(stream, Buffer.from(this.#frames.all()));
    this.#timer ??= setTimeout(() => this.#tick(), INTERVAL_MS).unref();
  }

  /** Ends all streams. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { socket } of this.#streams) socket.terminate();
    this.#streams.clear();
  }

  #tick(): void {
    this.#timer = undefined;
    if (this.#streams.size === 0) return;
    const startMs = performance.now();
    // All pages share the bytes of a frame.
    const changes = Buffer.from(this.#frames.changes());
    let all: Buffer | undefined;
    for (const stream of this.#streams) {
      if (isSilent(stream, startMs)) stream.socket.terminate();
      else if (isBehind(stream, startMs)) stream.hasMissed = true;
      else if (stream.hasMissed) {
        stream.hasMissed = false;
        all ??= Buffer.from(this.#frames.all());
        send(stream, all);
      } else send(stream, changes);
    }
    const costMs = performance.now() - startMs;
    const waitMs = Math.max(INTERVAL_MS, Math.min(WAIT_MS_MAX, costMs / COST_SHARE));
    this.#timer = setTimeout(() => this.#tick(), waitMs).unref();
  }
}

function send({ socket }: Stream, frame: Buffer): void {
  socket.send(frame, { binary: false });
}

/** Whether what was sent has not all gone out yet. */
function isBehind(stream: Stream, nowMs: number): boolean {
  if (stream.socket.bufferedAmount === 0) stream.unreadSinceMs = undefined;
  else stream.unreadSinceMs ??= nowMs;
  return stream.unreadSinceMs !== undefined;
}

/** Whether it neither reads nor answers; it is pinged now and then. */
function isSilent(stream: Stream, nowMs: number): boolean {
  const { unreadSinceMs = nowMs, pingedMs = nowMs, heardMs, socket } = stream;
  if (nowMs - Math.min(unreadSinceMs, pingedMs) > SILENT_MS_MAX) return true;
  if (stream.pingedMs === undefined && nowMs - heardMs > PING_MS) {
    stream.pingedMs = nowMs;
    socket.ping();
  }
  return false;
}
