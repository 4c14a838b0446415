// The programs in examples/, as a user would start them: what they print is true, and how they end.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Command, freshDirectory } from "./command.js";

const script = fileURLToPath(new URL("../../examples/word-count.mjs", import.meta.url));

/** All words of a directory with their counts, the most frequent first. */
function plainCount(directory: string): [word: string, count: number][] {
  const counts = new Map<string, number>();
  for (const name of readdirSync(directory)) {
    const text = gunzipSync(readFileSync(join(directory, name))).toString();
    for (const word of text.split(/\s+/)) {
      if (word !== "") counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

it("own-collection.mjs computes a collection of its own, alone and with others", async () => {
  const own = fileURLToPath(new URL("../../examples/own-collection.mjs", import.meta.url));
  const { code, output } = await new Command([], { script: own }).ended;
  expect(code, output).toBe(0);
  expect(output).toContain("mean time 499999.5, largest noise 1.000");
  expect(output).toMatch(/time: 999999, signal: 1\d{6}\./);
});

describe("word-count.mjs", () => {
  it("counts 20 MB of gzipped text on two workers of 300 MB as a plain loop does", async () => {
    const directory = freshDirectory();
    const first = new Command(["--megabytes", "20", "--top", "5", directory], { script });
    const { code, output } = await first.ended;
    expect(code, output).toBe(0);
    const counted = [...output.matchAll(/^ *(\d+) {2}(\w+)$/gm)].map(([, n, word]) => [word, n]);
    const expected = plainCount(directory).slice(0, 5);
    expect(counted).toEqual(expected.map(([word, n]) => [word, String(n)]));
    expect(output).toMatch(/made 20 MB .*counted 2 files .*worker-0: .*spilled 0 MB/s);
    expect(first.survivors()).toEqual([]);
  });

  it("says how it is used when it is not used so", async () => {
    for (const [given, said] of [
      [["--megabytes", "many"], /--megabytes is many: expected a whole number/],
      [["--memory", "little"], /--memory is little: expected bytes/],
      [["a", "b"], /one directory, not 2/],
      [["--speed", "1"], /Unknown option '--speed'/],
    ] as const) {
      const { code, output } = await new Command(given, { script }).ended;
      expect([code, output]).toEqual([2, expect.stringMatching(said)]);
      expect(output).toContain("usage: node examples/word-count.mjs");
    }
  });
});
