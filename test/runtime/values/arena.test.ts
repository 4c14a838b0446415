import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../../src/base/assert.js";
import { InvariantError } from "../../../src/base/errors.js";
import { Arena, type ArenaRange } from "../../../src/runtime/values/arena.js";

const MB = 2 ** 20;
const arenaOf = (bytes: number) => defined(Arena.create(bytes), "an arena");

describe("Arena", () => {
  it("hands out ranges that do not overlap, and all but the first page again when they are back", () => {
    const command = fc.record({
      bytes: fc.integer({ min: 1, max: 64 }).map((n) => n * 65_536),
      free: fc.boolean(),
      which: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        const arena = arenaOf(16 * MB);
        const live: ArenaRange[] = [];
        for (const { bytes, free, which } of commands) {
          if (free && live.length > 0) {
            arena.giveBack(live.splice(which % live.length, 1)[0] as ArenaRange);
            continue;
          }
          const range = arena.take(bytes);
          if (range === undefined) continue;
          for (const other of live) {
            const apart =
              range.byteOffset + bytes <= other.byteOffset ||
              other.byteOffset + other.bytes <= range.byteOffset;
            expect(apart).toBe(true);
          }
          live.push(range);
        }
        for (const range of live) arena.giveBack(range);
        const bytes = 16 * MB - 65_536;
        expect(arena.take(bytes)).toMatchObject({ byteOffset: 65_536, bytes });
      }),
      { numRuns: 50 },
    );
  });

  it("counts what was in use and is free", () => {
    const arena = arenaOf(16 * MB);
    const [first, second] = [arena.take(MB), arena.take(2 * MB)] as [ArenaRange, ArenaRange];
    expect(arena.freedBytes).toBe(0);
    arena.giveBack(first);
    expect(arena.freedBytes).toBe(MB);
    arena.giveBack(second);
    expect(arena.freedBytes).toBe(3 * MB);
    expect(() => arena.giveBack(second)).toThrow(InvariantError);
  });

  it("has nothing for what does not fit", () => {
    expect(arenaOf(16 * MB).take(17 * MB)).toBeUndefined();
  });
});
