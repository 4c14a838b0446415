// The system's codecs and our own: each reads what the other writes, and refuses the same damage.
import { afterEach, describe, expect, it } from "vitest";
import { currentHost, installHost } from "../../../src/base/host.js";
import { Rng } from "../../../src/base/rng.js";
import { BYTE_CODECS, type ByteCodec } from "../../../src/formats/zarr/byte-codecs.js";
import { NATIVE_CODECS, type NativeCodecs } from "../../../src/formats/zarr/native-codecs.js";
import { bindSystemCodecs } from "../../../src/runtime/host/system-codecs.js";

const host = currentHost();
afterEach(() => installHost(host));
const system = bindSystemCodecs();

/** `body` with these codecs of the system. */
async function withCodecs<T>(codecs: NativeCodecs, body: () => T | Promise<T>): Promise<T> {
  installHost(host.with(NATIVE_CODECS, () => codecs));
  return await body();
}

const rng = new Rng(5);
const random = Uint8Array.from({ length: 40_000 }, () => rng.below(256));
const rising = new Uint8Array(Float32Array.from({ length: 70_001 }, (_, i) => i / 8).buffer);
const CONTENTS = { random, rising, short: rising.subarray(0, 12), empty: new Uint8Array(0) };

const blosc = (cname: string, shuffle: number) => ({ cname, shuffle, clevel: 5, typesize: 4 });
const CODECS: readonly (readonly [string, object, keyof NativeCodecs])[] = [
  ["blosc", blosc("lz4", 1), "decodeBlosc"],
  ["blosc", blosc("lz4hc", 2), "decodeBlosc"],
  ["blosc", blosc("blosclz", 0), "decodeBlosc"],
  ["blosc", blosc("zstd", 1), "decodeBlosc"],
  ["blosc", blosc("zstd", 2), "decodeBlosc"],
  ["zstd", { level: 3 }, "decodeZstd"],
  ["gzip", { level: 1 }, "decodeGzip"],
  ["zlib", { level: 6 }, "decodeZlib"],
];

const made = (name: string, configuration: object): ByteCodec =>
  (BYTE_CODECS[name] as (configuration: object) => ByteCodec)(configuration);

describe("codecs of the system", () => {
  for (const [name, configuration, needed] of CODECS) {
    const title = `${name} ${JSON.stringify(configuration)}`;
    it.skipIf(system[needed] === undefined)(`read and are read by our own: ${title}`, async () => {
      const codec = made(name, configuration);
      for (const bytes of Object.values(CONTENTS)) {
        for (const [writes, reads] of [
          [system, {}],
          [{}, system],
          // Blosc's blocks of ours, with the system's streams.
          [system, { ...system, decodeBlosc: undefined }],
        ] as [NativeCodecs, NativeCodecs][]) {
          const encoded = await withCodecs(writes, () => codec.encode(bytes));
          const into = new Uint8Array(new SharedArrayBuffer(bytes.length + 8), 4, bytes.length);
          const read = async () => codec.decode(encoded, bytes.length, into);
          const decoded = await withCodecs(reads, read);
          expect(Buffer.compare(decoded, bytes)).toBe(0);
        }
      }
    });
  }

  it.skipIf(system.decodeGzip === undefined)("leave several members of gzip to zlib", async () => {
    const codec = made("gzip", {});
    const parts = [rising.subarray(0, 3000), rising.subarray(3000)];
    const encoded = Buffer.concat(await Promise.all(parts.map((part) => codec.encode(part))));
    const decoded = await withCodecs(system, () => codec.decode(encoded, rising.length));
    expect(Buffer.compare(decoded, rising)).toBe(0);
  });

  it("give the reason of our own for what is damaged", async () => {
    for (const [name, configuration] of CODECS) {
      const codec = made(name, configuration);
      const encoded = await withCodecs({}, () => codec.encode(rising));
      const cut = encoded.slice(0, encoded.length - 9);
      const reasonBy = (codecs: NativeCodecs) =>
        withCodecs(codecs, async () => codec.decode(cut, rising.length)).catch(String);
      const own = await reasonBy({});
      expect(own).toMatch(/^Error: /);
      expect(await reasonBy(system)).toBe(own);
    }
  });
});
