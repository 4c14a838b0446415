import { describe, expect, it } from "vitest";
import { isTileworkError } from "../../src/base/errors.js";
import {
  formatBytes,
  formatCount,
  formatDuration,
  parseBytes,
  parseMemoryLimit,
} from "../../src/base/units.js";

describe("parseBytes", () => {
  it.each([
    ["1000", 1000],
    ["1GB", 1e9],
    ["1 gb", 1e9],
    ["1.5GB", 1.5e9],
    ["512MiB", 512 * 2 ** 20],
    ["100kB", 100_000],
    [".5MiB", 2 ** 19],
    ["1e3 B", 1000],
    ["2Gi", 2 ** 31],
  ])("reads %s", (text, bytes) => {
    expect(parseBytes(text)).toBe(bytes);
  });

  it.each(["", "GB", "1XB", "-1GB", "1 2", "lots"])(
    "refuses %j and says how to write it",
    (text) => {
      expect(() => parseBytes(text)).toThrowError(/write it like "1GB"/);
    },
  );

  it("refuses with a code", () => {
    try {
      parseBytes("1XB");
      expect.unreachable();
    } catch (error) {
      expect(isTileworkError(error, "argument.value")).toBe(true);
    }
  });
});

describe("parseMemoryLimit", () => {
  it.each([
    ["0.5", 500],
    [0.25, 250],
    ["1", 1000],
    ["2GB", 2e9],
    [4096, 4096],
    ["4096", 4096],
  ])("reads %j of 1000 bytes", (limit, bytes) => {
    expect(parseMemoryLimit(limit, 1000)).toBe(bytes);
  });

  it.each(["0", 0, -5, Number.NaN, Number.POSITIVE_INFINITY, ""])("refuses %j", (limit) => {
    expect(() => parseMemoryLimit(limit, 1000)).toThrowError(/memory limit|number of bytes/);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [8_000_000, "7.63 MiB"],
    [2 ** 30, "1 GiB"],
    [123 * 2 ** 20, "123 MiB"],
  ])("writes %d", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatDuration", () => {
  it.each([
    [0.85, "850 µs"],
    [12.34, "12.3 ms"],
    [4200, "4.2 s"],
    [200_000, "3 min 20 s"],
    [7_500_000, "2 h 5 min"],
  ])("writes %d ms", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe("formatCount", () => {
  it("minds the plural", () => {
    expect([0, 1, 2].map((n) => formatCount(n, "worker"))).toEqual([
      "0 workers",
      "1 worker",
      "2 workers",
    ]);
  });
});
