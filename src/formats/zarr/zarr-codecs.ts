// Chunks of Zarr arrays, between bytes and elements. Elements in C order and little-endian are the
// bytes that byte-codecs.ts decodes. All others are zarrita's, which runs its codecs, and those,
// for an array of a single chunk.
import * as zarr from "zarrita";
import { assert, defined } from "../../base/assert.js";
import { type Block, contiguousBlock, emptyBlock } from "../../base/block.js";
import { type DType, isComplex, itemBytes, partsOf, typedView } from "../../base/dtype.js";
import { sizeOf } from "../../graph/model/chunks.js";
import type { ZarrCodec } from "../../graph/model/zarr-codec.js";
import { contiguous, copyBlock } from "../../kernels/programs/copy-block.js";
import { BYTE_CODECS, type ByteCodec } from "./byte-codecs.js";
import type { ZarrArray } from "./zarr-metadata.js";

for (const [name, make] of Object.entries(BYTE_CODECS)) {
  const fromConfig = (configuration: unknown) => {
    const { encode, decode, encodedBytes } = make((configuration ?? {}) as object as never);
    return {
      kind: "bytes_to_bytes" as const,
      encode: (bytes: Uint8Array) => encode(bytes),
      decode: (bytes: Uint8Array) => decode(bytes),
      // The library asks when it reads a shard's table by itself.
      ...(encodedBytes === undefined ? {} : { computeEncodedSize: encodedBytes }),
    };
  };
  // The registry's type covers codecs of all three kinds at once.
  const entry = async () => ({ kind: "bytes_to_bytes", fromConfig }) as never;
  zarr.registry.set(name, entry);
  zarr.registry.set(`numcodecs.${name}`, entry);
}

type Chunk = zarr.Chunk<zarr.NumberDataType>;
type ChunkArray = zarr.Array<zarr.NumberDataType, ChunkStore>;

/** The store of a single chunk, to decode or encoded. */
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
  readonly #plain: PlainCodecs | undefined;
  readonly #store: ChunkStore;
  readonly #format: unknown;
  #array: Promise<ChunkArray> | undefined;

  constructor({ dtype, chunkShape, chunkDocument, byteCodecs }: ZarrArray) {
    this.#dtype = dtype;
    this.#shape = chunkShape;
    this.#plain = byteCodecs && plainCodecs(byteCodecs, dtype, sizeOf(chunkShape));
    this.#store = new ChunkStore(chunkDocument);
    this.#format = chunkDocument.zarr_format;
  }

  /** Whether a chunk's bytes are its elements. */
  get isStored(): boolean {
    return this.#plain?.codecs.length === 0;
  }

  /**
   * The elements of a chunk.
   *
   * @param into memory of the chunk's length, which the elements may be in
   * @throws Error when a codec fails, or makes more or fewer bytes than the chunk has
   */
  async decode(bytes: Uint8Array, into?: Uint8Array): Promise<Block> {
    if (this.#plain === undefined) return await this.#decodeForeign(bytes);
    const { codecs, lengths } = this.#plain;
    let decoded = bytes;
    for (let k = codecs.length - 1; k >= 0; k--) {
      const step = (codecs[k] as ByteCodec).decode(decoded, lengths[k], k === 0 ? into : undefined);
      decoded = step instanceof Promise ? await step : step;
    }
    const expected = defined(lengths[0], "the bytes of a chunk");
    if (decoded.length !== expected) {
      throw new Error(`it has ${decoded.length} bytes, ${expected} were expected`);
    }
    // Numbers begin where their size divides the place; a Buffer's slice would be the same memory.
    const isAligned = decoded.byteOffset % (itemBytes(this.#dtype) / partsOf(this.#dtype)) === 0;
    const { buffer, byteOffset } = isAligned ? decoded : new Uint8Array(decoded);
    const data = typedView(this.#dtype, buffer, byteOffset, sizeOf(this.#shape));
    return contiguousBlock(this.#dtype, data, this.#shape);
  }

  async #decodeForeign(bytes: Uint8Array): Promise<Block> {
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

  /**
   * The bytes of a chunk, which may be in the block's memory or that of `roomFor`.
   *
   * @param block has the chunk's shape
   * @param roomFor memory for what a codec makes, by the codec's place in the list
   */
  async encode(
    block: Block,
    roomFor?: (codec: number, bytes: number) => Uint8Array,
  ): Promise<Uint8Array> {
    // zarrita takes all of a buffer: the chunk gets one of its own.
    if (this.#plain === undefined) return await this.#encodeForeign(copyOf(block).data);
    const { data, offset } = contiguous(block);
    const bytesEach = itemBytes(this.#dtype);
    const start = data.byteOffset + offset * bytesEach;
    let bytes = new Uint8Array(data.buffer, start, sizeOf(this.#shape) * bytesEach) as Uint8Array;
    for (const [k, codec] of this.#plain.codecs.entries()) {
      const step = codec.encode(bytes, roomFor && ((length) => roomFor(k, length)));
      bytes = step instanceof Promise ? await step : step;
    }
    return bytes;
  }

  async #encodeForeign(data: Block["data"]): Promise<Uint8Array> {
    const array = await this.#open();
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
    // The store answers synchronously; the library's type wants promises.
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

/** Codecs in the order of encoding, with the decoded length of each, if it is known. */
interface PlainCodecs {
  readonly codecs: readonly ByteCodec[];
  readonly lengths: readonly (number | undefined)[];
}

function plainCodecs(list: readonly ZarrCodec[], dtype: DType, size: number): PlainCodecs {
  // Format 2 does not name the size that Blosc shuffles by.
  const typesize = itemBytes(dtype);
  const codecs = list.map(({ name, configuration = {} }) =>
    defined(BYTE_CODECS[name], `the codec ${name}`)({ typesize, ...configuration }),
  );
  const lengths: (number | undefined)[] = [size * typesize];
  for (const codec of codecs) {
    const last = lengths.at(-1);
    lengths.push(last === undefined ? undefined : codec.encodedBytes?.(last));
  }
  return { codecs, lengths };
}
