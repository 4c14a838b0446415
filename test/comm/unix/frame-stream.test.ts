// Messages on a stream of bytes come out as they went in, however the stream is cut; what is no message is refused
// before anything is allocated for it.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtocolError } from "../../../src/base/errors.js";
import { FrameReader, piecesOf } from "../../../src/comm/unix/frame-stream.js";

/** What comes out when `bytes` come in pieces of these lengths, by turns. */
function readIn(bytes: Uint8Array, lengths: readonly number[]) {
  const messages: Buffer[][] = [];
  const reader = new FrameReader((frames) =>
    messages.push(frames.map((frame) => Buffer.from(frame))),
  );
  let error: ProtocolError | undefined;
  for (let at = 0, k = 0; at < bytes.length && error === undefined; k++) {
    const length = lengths[k % lengths.length] as number;
    error = reader.read(Buffer.from(bytes.slice(at, at + length)));
    at += length;
  }
  return { messages, error };
}

// Comparing large arrays element by element takes minutes.
const hashOf = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex");

const frame = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc
    .integer({ min: 0, max: 40_000 })
    .map((length) => Uint8Array.from({ length }, (_, i) => i * 31)),
);
const message = fc.array(frame, { minLength: 1, maxLength: 5 });
const cuts = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 70_000 })),
  {
    minLength: 1,
    maxLength: 6,
  },
);

test("messages come out as they went in, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), cuts, (messages, lengths) => {
      const stream = new Uint8Array(Buffer.concat(messages.flatMap(piecesOf)));
      const read = readIn(stream, stream.length > 5_000 ? lengths.map((n) => n * 50) : lengths);
      expect(read.error).toBeUndefined();
      expect(read.messages.map((frames) => frames.map(hashOf))).toEqual(
        messages.map((frames) => frames.map(hashOf)),
      );
    }),
    { numRuns: 200 },
  );
});

test("damaged streams are refused or read, and never throw", () => {
  const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(message, damage, cuts, (frames, changes, lengths) => {
      const stream = new Uint8Array(Buffer.concat(piecesOf(frames)).subarray(0, 400));
      for (const [at, byte] of changes) stream[at % stream.length] = byte;
      readIn(stream, lengths);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["of another protocol", Buffer.from("GET / HTTP/1.1\r\n\r\n"), /not tilework's/],
  ["without frames", header(0), /expected 1 to 1048576 frames, got 0/],
  ["of too many frames", header(2 ** 31), /got 2147483648/],
  ["with a head that is too long", header(1, 2 ** 28 + 1), /a frame of 268435457 bytes/],
  [
    "with a frame that no memory has room for",
    header(2, 8, 2 ** 52),
    /a frame of 4503599627370496/,
  ],
])("bytes %s are refused", (_what, bytes, mistake) => {
  for (const length of [1, 7, 1000]) {
    const { messages, error } = readIn(bytes, [length]);
    expect(messages).toEqual([]);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error?.message).toMatch(mistake);
  }
});

test("large frames lie in memory of their own, aligned for every dtype", () => {
  const frames = [new Uint8Array(5), new Uint8Array(100_000), new Uint8Array(9_000)];
  const read: Buffer[][] = [];
  const reader = new FrameReader((received) => read.push(received));
  reader.read(Buffer.concat(piecesOf(frames)));
  for (const { byteOffset, buffer, byteLength } of (read[0] as Buffer[]).slice(1)) {
    expect(byteOffset).toBe(0);
    expect(buffer.byteLength).toBe(byteLength);
  }
});

/** The beginning of a message, made by hand. */
function header(count: number, ...lengths: number[]): Buffer {
  const bytes = Buffer.alloc(8 + 8 * lengths.length);
  bytes.write("tws\u0001", "latin1");
  bytes.writeUInt32LE(count, 4);
  for (const [k, length] of lengths.entries()) bytes.writeBigUInt64LE(BigInt(length), 8 + 8 * k);
  return bytes;
}
