// Foreign frames fill neither the log nor the memory: reports come more and more seldom, with a
// count.
import { expect, test } from "vitest";
import { ProtocolError } from "../../../src/base/errors.js";
import { MalformedFrameCounter } from "../../../src/comm/framed/malformed-frames.js";

test("200,000 foreign frames of one peer make 18 reports, each with a count", () => {
  const counts: number[] = [];
  const counter = new MalformedFrameCounter("scheduler", "tcp://x", ({ count }) =>
    counts.push(count),
  );
  for (let k = 0; k < 200_000; k++) counter.drop(new ProtocolError("a frame of 3 bytes"), "peer");
  expect(counts).toEqual(Array.from({ length: 18 }, (_, k) => 2 ** k));
  expect(counter.count).toBe(200_000);
});

test("another peer and another mistake are reported at once", () => {
  const seen: string[] = [];
  const counter = new MalformedFrameCounter("scheduler", "tcp://x", ({ error }) =>
    seen.push(error.message),
  );
  for (let k = 0; k < 3; k++) counter.drop(new ProtocolError("one"), "a");
  counter.drop(new ProtocolError("one"), "b");
  counter.drop(new ProtocolError("two"), "a");
  expect(seen).toEqual(["one", "one", "one", "two"]);
});

test("a mistake whose report has numbers is one, whatever they are", () => {
  let reports = 0;
  const counter = new MalformedFrameCounter("scheduler", "tcp://x", () => reports++);
  for (let k = 0; k < 1_000; k++) counter.drop(new ProtocolError(`end of ${k} bytes`), "a");
  expect(reports).toBe(10);
});

test("peers that come by the hundred thousand are counted together", () => {
  let reports = 0;
  const counter = new MalformedFrameCounter("dataServer", "tcp://x", () => reports++);
  for (let k = 0; k < 100_000; k++) counter.drop(new ProtocolError("one"), `peer-${k}`);
  expect(reports).toBeLessThan(120);
});
