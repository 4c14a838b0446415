// Codecs of the system's libraries, where a program provides them. byte-codecs.ts uses its own
// otherwise. runtime/host/system-codecs.ts finds and binds them.
import { provided, Service } from "../../base/host.js";
import type { RoomFor } from "../remote/remote-request.js";

/** Settings of Blosc: the codec within it, and how bytes are arranged before. */
export interface BloscSettings {
  readonly codec: string;
  readonly level: number;
  /** 0 for none, 1 for bytes, 2 for bits. */
  readonly shuffle: number;
  readonly typeSize: number;
  /** Bytes of a block; 0 for the library's choice. */
  readonly blockBytes: number;
}

/** Codecs of the system; each that is missing has a slower one here. */
export interface NativeCodecs {
  /** Decodes a chunk of Blosc's, whose header was checked. */
  readonly decodeBlosc?: Decode;
  /** Encodes into memory of `roomFor`; undefined where the library lacks the codec. */
  readonly encodeBlosc?: (
    bytes: Uint8Array,
    settings: BloscSettings,
    roomFor: RoomFor,
  ) => Uint8Array | undefined;
  readonly decodeZstd?: Decode;
  readonly encodeZstd?: (bytes: Uint8Array, level: number, roomFor: RoomFor) => Uint8Array;
  /** Decodes gzip and checks its checksum; one member of it that fills the target. */
  readonly decodeGzip?: Decode;
  /** The same for zlib's format. */
  readonly decodeZlib?: Decode;
}

/**
 * Fills `into` with what comes out of `bytes`.
 *
 * @returns whether it did: the bytes are damaged, or not as long, where it did not
 */
export type Decode = (bytes: Uint8Array, into: Uint8Array) => boolean;

/** Finds the codecs of the system, at the first chunk. */
export const NATIVE_CODECS = new Service<() => NativeCodecs>("codecs of the system");

const NONE: NativeCodecs = {};

/** The codecs of the system; an empty record where there are none. */
export function nativeCodecs(): NativeCodecs {
  return provided(NATIVE_CODECS)?.() ?? NONE;
}
