// Streams of frames to pages, in virtual time: what users of other dashboards complain of. Numbers
// are issues of dask/distributed.
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { EventStreams } from "../../../src/dashboard/http/event-streams.js";
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

/** A browser, which reads what it is sent. */
class Browser extends EventEmitter {
  frames: string[] = [];

  writeHead(): void {}

  write(frame: string): boolean {
    this.frames.push(frame);
    return true;
  }

  destroy(): void {
    this.emit("close");
  }
}

function openPage(streams: EventStreams): Browser {
  const browser = new Browser();
  expect(streams.open(browser as unknown as ServerResponse)).toBe(true);
  return browser;
}

let nowMs = 0;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  nowMs = Date.now();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("an open page takes at most 2 % of the scheduler's time, however slow (#4055)", () => {
  const frames = new SlowFrames(50);
  vi.spyOn(performance, "now").mockImplementation(() => Date.now() - nowMs);
  const streams = new EventStreams(frames as unknown as Frames);
  openPage(streams);
  vi.advanceTimersByTime(HOUR_MS);
  expect(frames.made).toBeGreaterThan(500);
  expect(frames.spentMs).toBeLessThanOrEqual(0.021 * HOUR_MS);
  streams.close();
});

test("a page gets frames after hours as in the first minute (#2501)", () => {
  const frames = new SlowFrames();
  const streams = new EventStreams(frames as unknown as Frames);
  const page = openPage(streams);
  vi.advanceTimersByTime(3 * HOUR_MS);
  const before = page.frames.length;
  vi.advanceTimersByTime(60_000);
  expect(page.frames.length - before).toBeGreaterThanOrEqual(119);
  streams.close();
});

test("nothing is made for pages that were closed (#5087)", () => {
  const frames = new SlowFrames();
  const streams = new EventStreams(frames as unknown as Frames);
  const page = openPage(streams);
  vi.advanceTimersByTime(5_000);
  expect(frames.made).toBeGreaterThan(0);
  page.destroy();
  const before = frames.made;
  vi.advanceTimersByTime(HOUR_MS);
  expect([frames.made, streams.count]).toEqual([before, 0]);
});

test("a thousand pages share each frame, one more is refused, and those that never read end", () => {
  vi.spyOn(performance, "now").mockImplementation(() => Date.now() - nowMs);
  const frames = new SlowFrames();
  const streams = new EventStreams(frames as unknown as Frames);
  const pages = Array.from({ length: 999 }, () => openPage(streams));
  const silent = openPage(streams);
  silent.write = (frame) => {
    silent.frames.push(frame);
    return false;
  };
  expect(streams.open(new Browser() as unknown as ServerResponse)).toBe(false);
  vi.advanceTimersByTime(60_000);
  expect(streams.count).toBe(999);
  // The first frame was read; the next one was not, and no other was sent.
  expect(silent.frames).toHaveLength(2);
  for (const page of pages) expect(page.frames).toHaveLength(frames.made + 1);
  streams.close();
});
