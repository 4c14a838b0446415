// Chunks of Zarr arrays, between bytes and elements. The codecs are zarrita's and numcodecs', which
// run them for an array of a single chunk. Those that they can only decode are here, on Node's
// zlib.
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import * as zarr from "zarrita";
import { assert } from "../../base/assert.js";
import { type Block, contiguousBlock, emptyBlock } from "../../base/block.js";
import { type DType, isComplex, partsOf, typedView } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import { copyBlock } from "../../kernels/programs/copy-block.js";
import { crc32c } from "./crc32c.js";
import type { ZarrArray } from "./zarr-metadata.js";

const CHECKSUM_BYTES = 4;

interface Level {
  readonly level?: number;
}

registerCodec("gzip", ({ level }) => ({
  encode: (bytes) => gzipSync(bytes, level === undefined ? {} : { level }),
  decode: (bytes) => gunzipSync(bytes),
}));
registerCodec("zlib", ({ level }) => ({
  encode: (bytes) => deflateSync(bytes, level === undefined ? {} : { level }),
  decode: (bytes) => inflateSync(bytes),
}));
registerCodec("crc32c", () => ({
  encode: withChecksum,
  decode: withoutChecksum,
  // The library asks when it reads a shard's table by itself.
  computeEncodedSize: (size: number) => size + CHECKSUM_BYTES,
}));

function registerCodec(
  name: string,
  make: (configuration: Level) => {
    encode: (bytes: Uint8Array) => Uint8Array;
    decode: (bytes: Uint8Array) => Uint8Array;
  },
): void {
  const fromConfig = (configuration: unknown) => ({
    kind: "bytes_to_bytes" as const,
    ...make((configuration ?? {}) as Level),
  });
  // The registry's type speaks of codecs of all three kinds at once.
  const entry = async () => ({ kind: "bytes_to_bytes", fromConfig }) as never;
  zarr.registry.set(name, entry);
  zarr.registry.set(`numcodecs.${name}`, entry);
}

/** The bytes and their checksum. */
export function withChecksum(bytes: Uint8Array): Uint8Array {
  const checked = new Uint8Array(bytes.length + CHECKSUM_BYTES);
  checked.set(bytes);
  new DataView(checked.buffer).setUint32(bytes.length, crc32c(bytes), true);
  return checked;
}

/**
 * The bytes before their checksum.
 *
 * @throws Error when they are not those that the checksum was made of
 */
export function withoutChecksum(bytes: Uint8Array): Uint8Array {
  const length = bytes.length - CHECKSUM_BYTES;
  if (length < 0) throw new Error(`${bytes.length} bytes are too few for a checksum`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const content = bytes.subarray(0, length);
  if (view.getUint32(length, true) !== crc32c(content)) {
    throw new Error("the checksum is not that of the bytes: they were damaged");
  }
  return content;
}

type Chunk = zarr.Chunk<zarr.NumberDataType>;
type ChunkArray = zarr.Array<zarr.NumberDataType, ChunkStore>;

/** The store of a single chunk: what is to be decoded, or was encoded. */
class ChunkStore {
  readonly #metadata: Uint8Array;
  chunk: Uint8Array | undefined;

  constructor(document: object) {
    this.#metadata = new TextEncoder().encode(JSON.stringify(document));
  }

  get(key: string): Uint8Array | undefined {
    return key === "/.zarray" || key === "/zarr.json" ? this.#metadata : this.chunk;
  }

  set(_key: string, value: Uint8Array): void {
    this.chunk = value;
  }
}

/** Decodes and encodes the chunks of one array, one at a time. */
export class ChunkCodec {
  readonly #dtype: DType;
  readonly #shape: readonly number[];
  readonly #store: ChunkStore;
  readonly #format: unknown;
  #array: Promise<ChunkArray> | undefined;

  constructor({ dtype, chunkShape, chunkDocument }: ZarrArray) {
    this.#dtype = dtype;
    this.#shape = chunkShape;
    this.#store = new ChunkStore(chunkDocument);
    this.#format = chunkDocument.zarr_format;
  }

  /**
   * The elements of a chunk.
   *
   * @throws Error when a codec fails, or makes more or fewer bytes than the chunk has
   */
  async decode(bytes: Uint8Array): Promise<Block> {
    const array = await this.#open();
    this.#store.chunk = bytes;
    const { data, stride } = (await array.getChunk(array.shape.map(() => 0))) as Chunk;
    const size = sizeOf(this.#shape);
    const parts = partsOf(this.#dtype);
    if (data.length !== size * parts) {
      throw new Error(`it has ${data.length / parts} elements, ${size} were expected`);
    }
    return {
      dtype: this.#dtype,
      data: typedView(this.#dtype, data.buffer, data.byteOffset, size),
      shape: this.#shape,
      // Pairs are the last axis there and no axis here.
      stride: isComplex(this.#dtype) ? stride.slice(0, -1).map((step) => step / 2) : stride,
      offset: 0,
    };
  }

  /** The bytes of a chunk; `block` has its shape. */
  async encode(block: Block): Promise<Uint8Array> {
    const array = await this.#open();
    // The codecs take all of a buffer: the chunk gets one of its own.
    const { data } = copyOf(block);
    this.#store.chunk = undefined;
    if (array.shape.length === 0) {
      const [value] = data;
      await zarr.set(array, null, (this.#dtype === "bool" ? value !== 0 : value) as number);
    } else {
      const elements = this.#dtype === "bool" ? new zarr.BoolArray(data.buffer) : data;
      const stride = contiguousBlock(this.#dtype, data, array.shape).stride;
      const chunk = { data: elements, shape: array.shape, stride };
      await zarr.set(array, null, chunk as unknown as Chunk);
    }
    const encoded = this.#store.chunk as Uint8Array | undefined;
    assert(encoded !== undefined, "the codecs made no chunk");
    return encoded;
  }

  #open(): Promise<ChunkArray> {
    // The store answers at once; the library's type wants every reader to be a promise's.
    const store = this.#store as unknown as zarr.AsyncReadable;
    const options = { kind: "array" } as const;
    this.#array ??= (this.#format === 2
      ? zarr.open.v2(store, { ...options, attrs: false })
      : zarr.open.v3(store, options)) as unknown as Promise<ChunkArray>;
    return this.#array;
  }
}

function copyOf(block: Block): Block {
  const copy = emptyBlock(block.dtype, block.shape);
  copyBlock(block, copy);
  return copy;
}
