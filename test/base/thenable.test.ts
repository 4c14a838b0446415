// What counts as something to wait for.
import { expect, test } from "vitest";
import { isThenable } from "../../src/base/thenable.js";

test("what `await` would wait for", async () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  const waiting = Object.assign(() => {}, { then: (done: (x: number) => void) => done(5) });
  const cases: readonly [unknown, boolean][] = [
    [Promise.resolve(), true],
    [waiting, true],
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    [{ then: () => {} }, true],
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested
    [{ then: 1 }, false],
    ["then", false],
    [null, false],
    [undefined, false],
    [() => {}, false],
  ];
  for (const [value, expected] of cases) expect(isThenable(value)).toBe(expected);
  expect(await waiting).toBe(5);
});
