// Files that come to a store in parts, by S3's multipart uploads: begun, filled in any order, and
// completed or given up. Nothing is there under the file's name before it is complete.
import { refusal, request, s3Error } from "./remote-request.js";

/** The most parts that stores accept. */
const PARTS_MAX = 10_000;

/** Bytes of a part of a file that is in memory; shorter files go in one piece. */
const PART_BYTES = 16 * 2 ** 20;
/** Parts of one file that are on their way at once. */
const AT_ONCE = 4;

/** An upload under way. */
export interface Upload {
  readonly address: string;
  readonly id: string;
}

/** A part that has arrived: its number from 1, and what the store calls its contents. */
export interface Part {
  readonly number: number;
  readonly tag: string;
}

/**
 * Begins an upload.
 *
 * @throws Error when the server does not answer or refuses
 */
async function beginUpload(address: string, timeoutMs: number): Promise<Upload> {
  const text = await told({ method: "POST", address, query: "uploads=", timeoutMs });
  const id = /<UploadId>([^<]+)<\/UploadId>/.exec(text)?.[1];
  if (id === undefined) throw new Error("the server began no upload");
  return { address, id };
}

/** Uploads a part; the same part again replaces it. */
export async function uploadPart(
  { address, id }: Upload,
  number: number,
  body: Uint8Array,
  timeoutMs: number,
): Promise<Part> {
  const query = `partNumber=${number}&uploadId=${encodeURIComponent(id)}`;
  const answer = await request({ method: "PUT", address, query, body, timeoutMs });
  const tag = answer.headers.get("etag");
  if (answer.status !== 200 || tag === null) throw new Error(refusal(answer));
  return { number, tag };
}

/** Makes the file of the parts. */
async function completeUpload(
  { address, id }: Upload,
  parts: readonly Part[],
  timeoutMs: number,
): Promise<void> {
  const items = parts
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, tag }) => {
      return `<Part><PartNumber>${number}</PartNumber><ETag>${tag}</ETag></Part>`;
    });
  const body = Buffer.from(`<CompleteMultipartUpload>${items.join("")}</CompleteMultipartUpload>`);
  const query = `uploadId=${encodeURIComponent(id)}`;
  await told({ method: "POST", address, query, body, timeoutMs });
}

/** Gives an upload up; its parts are removed. */
async function abandonUpload({ address, id }: Upload, timeoutMs: number): Promise<void> {
  const query = `uploadId=${encodeURIComponent(id)}`;
  await request({ method: "DELETE", address, query, timeoutMs });
}

/**
 * Makes a file of the parts that `send` uploads, and gives the upload up where that fails.
 *
 * @throws Error when the server does not answer or refuses; and whatever `send` throws
 */
export async function withUpload(
  address: string,
  timeoutMs: number,
  send: (upload: Upload) => Promise<readonly Part[]>,
): Promise<void> {
  const upload = await beginUpload(address, timeoutMs);
  try {
    await completeUpload(upload, await send(upload), timeoutMs);
  } catch (error) {
    await abandonUpload(upload, timeoutMs).catch(() => undefined);
    throw error;
  }
}

/** How long the parts of a file of `size` bytes are; undefined where it goes in one piece. */
export function partBytesOf(size: number): number | undefined {
  return size < 2 * PART_BYTES ? undefined : Math.max(PART_BYTES, Math.ceil(size / PARTS_MAX));
}

/**
 * Uploads a file that is in memory in parts.
 *
 * @returns whether it did: short files go in one piece
 */
export async function uploadInParts(
  address: string,
  bytes: Uint8Array,
  timeoutMs: number,
): Promise<boolean> {
  const partBytes = partBytesOf(bytes.length);
  if (partBytes === undefined) return false;
  await withUpload(address, timeoutMs, async (upload) => {
    const parts: Part[] = [];
    let at = 0;
    const send = async () => {
      while (at < bytes.length) {
        const start = at;
        at += partBytes;
        const part = bytes.subarray(start, start + partBytes);
        parts.push(await uploadPart(upload, start / partBytes + 1, part, timeoutMs));
      }
    };
    // After a failure no other part is begun, and those under way are waited for.
    const stop = (error: unknown) => {
      at = bytes.length;
      throw error;
    };
    const sent = await Promise.allSettled(
      Array.from({ length: AT_ONCE }, () => send().catch(stop)),
    );
    for (const each of sent) if (each.status === "rejected") throw each.reason;
    return parts;
  });
  return true;
}

/** The text of a good answer; some servers say that they failed in one that looks good. */
async function told(asked: Parameters<typeof request>[0]): Promise<string> {
  const answer = await request(asked);
  if (answer.status !== 200 || s3Error(answer).code !== undefined) throw new Error(refusal(answer));
  return Buffer.from(answer.body).toString("utf8");
}
