// What a client refuses to compute or to persist, at the call and in words.
import { expect, it } from "vitest";
import { asComputable, asPersistable } from "../../../src/client/graphs/check-collections.js";
import { fromSequence, ones } from "../../../src/index.js";

it.each([3, null, undefined, "x", [ones(2)], {}])("%j is no collection", (given) => {
  expect(() => asComputable(given)).toThrow(
    /^client.compute was given .* expected a chunked array/,
  );
  expect(() => asPersistable(given)).toThrow(
    /^client.persist was given .* expected a chunked array/,
  );
});

it("collections pass as they are", () => {
  for (const given of [ones(2), fromSequence([1])]) {
    expect(asComputable(given)).toBe(given);
    expect(asPersistable(given)).toBe(given);
  }
});
