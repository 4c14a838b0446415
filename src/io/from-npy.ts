// Arrays from NumPy's `.npy` files. Making an array reads only the header; the workers read the
// blocks (formats/npy/read-npy.ts), so every worker must see the file under the same path or
// address.
import { resolve } from "node:path";
import { ChunkedArray } from "../array/chunked-array.js";
import type { ChunkSpec } from "../array/chunks/normalize-chunks.js";
import { sourceNode } from "../array/layers/source-layer.js";
import { ArgumentError } from "../base/errors.js";
import type { NpyHeader } from "../formats/npy/npy-header.js";
import { readNpyHeader } from "../formats/npy/read-npy-header.js";
import { readRemoteNpyHeader } from "../formats/npy/read-remote-npy.js";
import { isUrl } from "../formats/remote/remote-address.js";
import { TIMEOUT_MS } from "../formats/remote/remote-request.js";
import { floatsOfHalves } from "./half-floats.js";
import { checkLocalPath, checkReadOptions } from "./read-options.js";

/** Options of {@link fromNpy}. */
export interface FromNpyOptions {
  /** How the array is divided; default: `"auto"`, blocks of at most 128 MiB. */
  readonly chunks?: ChunkSpec;
}

/** Options of {@link fromRemoteNpy}. */
export interface FromRemoteNpyOptions extends FromNpyOptions {
  /** How long a server may take to answer a request, with all attempts; default: 60,000. */
  readonly timeoutMs?: number;
}

/**
 * The array in a `.npy` file. The workers read it block by block, never whole. Files in Fortran
 * order or in the other byte order can be read, too. {@link fromRemoteNpy} reads those on servers.
 *
 * @param path the file; a relative path counts from the working directory of this process
 * @returns the dtype of the file's elements (bool, integers and floats, complex64 and complex128;
 * float32 for float16), in the file's shape
 * @chunks by the options, default: blocks of at most 128 MiB; one task per block, which reads its
 * bytes
 * @throws ArgumentError `argument.value` when the file does not exist, is not a `.npy` file or is
 * shorter than by its header, and for an unknown option; `argument.dtype` for elements without a
 * dtype here; `argument.chunks` when the chunks do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * import { writeFileSync } from "node:fs";
 * import { fromNpy } from "tilework";
 *
 * // What numpy.save("three.npy", numpy.array([1.0, 2.0, 3.0])) writes:
 * const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }".padEnd(117);
 * const start = Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, "latin1");
 * writeFileSync("three.npy", Buffer.concat([start, Buffer.from(Float64Array.of(1, 2, 3).buffer)]));
 *
 * await fromNpy("three.npy", { chunks: 2 }).sum().compute(); // → 6
 */
export function fromNpy(path: string, options: FromNpyOptions = {}): ChunkedArray {
  checkReadOptions("fromNpy", ["chunks"], options);
  checkLocalPath("fromNpy", path, "await fromRemoteNpy(address) reads those");
  const absolute = resolve(path);
  const { header, version } = readNpyHeader(absolute);
  return arrayOf(header, { path: absolute, version }, options.chunks);
}

/**
 * The array in a `.npy` file on a server. The workers read it block by block, by ranges of bytes.
 *
 * @param address `https://…`, or `s3://bucket/key` as for {@link fromZarr}; every worker must reach
 * it
 * @returns the dtype of the file's elements, in the file's shape, as {@link fromNpy}
 * @chunks by the options, default: blocks of at most 128 MiB; one task per block, which asks for
 * its bytes, and for those between runs of it that are close together
 * @throws ArgumentError `argument.value` when the server does not answer, there is no such file, it
 * is not a `.npy` file or is shorter than by its header, and for a path or an unknown option;
 * `argument.dtype` for elements without a dtype here; `argument.chunks` when the chunks do not fit
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example
 * import { once } from "node:events";
 * import { createReadStream, statSync } from "node:fs";
 * import { createServer } from "node:http";
 * import type { AddressInfo } from "node:net";
 * import { arange, fromRemoteNpy, toNpy } from "tilework";
 *
 * await toNpy(arange(6), "six.npy");
 * const server = createServer((request, response) => {
 *   response.setHeader("content-length", statSync("six.npy").size);
 *   if (request.method === "HEAD") response.end();
 *   else createReadStream("six.npy").pipe(response);
 * }).listen(0, "127.0.0.1");
 * await once(server, "listening");
 * const { port } = server.address() as AddressInfo;
 *
 * const x = await fromRemoteNpy(`http://127.0.0.1:${port}/six.npy`, { chunks: 3 });
 * await x.sum().compute(); // → 15n
 * server.close();
 */
export async function fromRemoteNpy(
  address: string,
  options: FromRemoteNpyOptions = {},
): Promise<ChunkedArray> {
  checkReadOptions("fromRemoteNpy", ["chunks", "timeoutMs"], options);
  if (typeof address !== "string" || !isUrl(address)) {
    const text = `fromRemoteNpy takes an address such as https://host/x.npy or s3://bucket/x.npy, got ${JSON.stringify(address)}: fromNpy reads files`;
    throw new ArgumentError("value", text, { address });
  }
  const { chunks, timeoutMs = TIMEOUT_MS } = options;
  const { header, version } = await readRemoteNpyHeader(address, timeoutMs);
  return arrayOf(header, { path: address, version, timeoutMs }, chunks);
}

/** The array of this header in a file. */
function arrayOf(
  { dtype, shape, isHalf, ...layout }: NpyHeader,
  file: { readonly path: string; readonly version: string; readonly timeoutMs?: number },
  chunks: ChunkSpec | undefined,
): ChunkedArray {
  const generator = { type: "npy", ...file, ...layout } as const;
  const x = new ChunkedArray(sourceNode("npy", generator, shape, dtype, chunks));
  return isHalf ? floatsOfHalves(x) : x;
}
