// Files whose bytes come one after the other, onto servers: to S3 in parts, each as soon as it is
// full; to other servers in one piece.
import { isS3 } from "./remote-address.js";
import { writeRemote } from "./remote-files.js";
import { TIMEOUT_MS } from "./remote-request.js";
import { type Part, partBytesOf, uploadPart, withUpload } from "./s3-upload.js";

/**
 * Writes a file of `size` bytes, whole or not at all.
 *
 * @throws Error when the server does not answer or refuses; and whatever `pieces` throws
 */
export async function writeRemoteStream(
  address: string,
  pieces: AsyncIterable<Uint8Array>,
  size: number,
  timeoutMs: number = TIMEOUT_MS,
): Promise<void> {
  const partBytes = isS3(address) ? partBytesOf(size) : undefined;
  if (partBytes === undefined) {
    for await (const body of inParts(pieces, size, size)) {
      await writeRemote(address, body, timeoutMs);
    }
    return;
  }
  await withUpload(address, timeoutMs, async (upload) => {
    const parts: Part[] = [];
    for await (const body of inParts(pieces, size, partBytes)) {
      parts.push(await uploadPart(upload, parts.length + 1, body, timeoutMs));
    }
    return parts;
  });
}

/** The same bytes in parts of one length, but for the last. */
async function* inParts(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
  partBytes: number,
): AsyncGenerator<Uint8Array> {
  let rest = size;
  let part = new Uint8Array(Math.min(partBytes, rest));
  let filled = 0;
  for await (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + part.length - filled);
      part.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < part.length) continue;
      yield part;
      rest -= filled;
      part = new Uint8Array(Math.min(partBytes, rest));
      filled = 0;
    }
  }
}
