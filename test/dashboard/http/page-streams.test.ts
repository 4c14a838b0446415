// Streams of frames to pages, in virtual time: what users of other dashboards complain of. Numbers
// are issues of dask/distributed.
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { PageStreams } from "../../../src/dashboard/http/page-streams.js";
import type { Frames } from "../../../src/dashboard/views/page-frames.js";

const HOUR_MS = 3_600_000;

/** Frames that take so long to make, by the virtual clock. */
class SlowFrames {
  made = 0;
  readonly #costMs: number;

  constructor(costMs = 0) {
    this.#costMs = costMs;
  }

  all(): string {
    return "all";
  }

  changes(): string {
    this.made++;
    vi.setSystemTime(Date.now() + this.#costMs);
    this.spentMs += this.#costMs;
    return "changes";
  }

  spentMs = 0;
}

/** A browser, which reads what it is sent and answers pings. */
class Browser extends EventEmitter {
  frames: string[] = [];
  pings = 0;
  closedWith: number | undefined;
  bufferedAmount = 0;
  reads = true;
  answers = true;

  send(frame: Buffer): void {
    this.frames.push(String(frame));
    if (!this.reads) this.bufferedAmount += frame.byteLength;
  }

  ping(): void {
    this.pings++;
    if (this.answers) this.emit("pong");
  }

  close(code: number): void {
    this.closedWith = code;
    this.emit("close");
  }

  terminate(): void {
    this.emit("close");
  }
}

function openPage(streams: PageStreams, traits: Partial<Browser> = {}): Browser {
  const browser = Object.assign(new Browser(), traits);
  streams.open(browser as unknown as WebSocket);
  return browser;
}

let nowMs = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  nowMs = Date.now();
  vi.spyOn(performance, "now").mockImplementation(() => Date.now() - nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("an open page takes at most 2 % of the scheduler's time, however slow (#4055)", () => {
  const frames = new SlowFrames(50);
  const streams = new PageStreams(frames as unknown as Frames);
  openPage(streams);
  vi.advanceTimersByTime(HOUR_MS);
  expect(frames.made).toBeGreaterThan(500);
  expect(frames.spentMs).toBeLessThanOrEqual(0.021 * HOUR_MS);
  streams.close();
});

test("a page gets frames after hours as in the first minute (#2501)", () => {
  const frames = new SlowFrames();
  const streams = new PageStreams(frames as unknown as Frames);
  const page = openPage(streams);
  vi.advanceTimersByTime(3 * HOUR_MS);
  const before = page.frames.length;
  vi.advanceTimersByTime(60_000);
  expect(page.frames.length - before).toBeGreaterThanOrEqual(119);
  streams.close();
});

test("nothing is made for pages that were closed (#5087)", () => {
  const frames = new SlowFrames();
  const streams = new PageStreams(frames as unknown as Frames);
  const page = openPage(streams);
  vi.advanceTimersByTime(5_000);
  expect(frames.made).toBeGreaterThan(0);
  page.terminate();
  const before = frames.made;
  vi.advanceTimersByTime(HOUR_MS);
  expect([frames.made, streams.count]).toEqual([before, 0]);
});

test("a thousand pages share each frame, and one more is refused", () => {
  const frames = new SlowFrames();
  const streams = new PageStreams(frames as unknown as Frames);
  const pages = Array.from({ length: 1_000 }, () => openPage(streams));
  const surplus = openPage(streams);
  expect([surplus.closedWith, surplus.frames]).toEqual([1_013, []]);
  vi.advanceTimersByTime(60_000);
  expect(streams.count).toBe(1_000);
  for (const page of pages) expect(page.frames).toHaveLength(frames.made + 1);
  streams.close();
  expect(streams.count).toBe(0);
});

test("a page that never reads gets one frame, and is ended", () => {
  const streams = new PageStreams(new SlowFrames() as unknown as Frames);
  const silent = openPage(streams, { reads: false });
  vi.advanceTimersByTime(29_000);
  expect([silent.frames, streams.count]).toEqual([["all"], 1]);
  vi.advanceTimersByTime(3_000);
  expect([silent.frames, streams.count]).toEqual([["all"], 0]);
});

test("a page that was behind for a while gets everything at once, then changes", () => {
  const streams = new PageStreams(new SlowFrames() as unknown as Frames);
  const slow = openPage(streams, { reads: false });
  vi.advanceTimersByTime(20_000);
  Object.assign(slow, { reads: true, bufferedAmount: 0 });
  vi.advanceTimersByTime(1_000);
  expect(slow.frames).toEqual(["all", "all", "changes"]);
  vi.advanceTimersByTime(60_000);
  expect(streams.count).toBe(1);
  streams.close();
});

test("a connection that is dead is ended: no ping is answered", () => {
  const streams = new PageStreams(new SlowFrames() as unknown as Frames);
  const alive = openPage(streams);
  const dead = openPage(streams, { answers: false });
  vi.advanceTimersByTime(60_000);
  expect([streams.count, dead.pings]).toEqual([1, 1]);
  expect(alive.pings).toBeGreaterThan(1);
  streams.close();
});

test("a page that comes after the end is ended", () => {
  const streams = new PageStreams(new SlowFrames() as unknown as Frames);
  streams.close();
  expect([openPage(streams).frames, streams.count]).toEqual([[], 0]);
});
