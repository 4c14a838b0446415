// Files on servers: reads them whole or by a range of bytes, writes, lists and removes them.
import { randomUUID } from "node:crypto";
import { isS3, parseS3Address, placeOf } from "./remote-address.js";
import {
  type RemoteAnswer,
  type RoomFor,
  refusal,
  request,
  s3Error,
  TIMEOUT_MS,
} from "./remote-request.js";
import { uploadInParts } from "./s3-upload.js";

/** A part of a file: from its start, or its last bytes. */
export type ByteRange =
  | { readonly offset: number; readonly length: number }
  | { readonly lastBytes: number };

/** What of a file is read, and how. */
export interface RemoteRead {
  readonly range?: ByteRange | undefined;
  /** How long the server may take, with all attempts. */
  readonly timeoutMs?: number | undefined;
  /** Where it goes, if the server announces its length; default: new memory. */
  readonly roomFor?: RoomFor | undefined;
  /** The version that is expected, as {@link describeRemote} gives it; default: any. */
  readonly version?: string | undefined;
}

/** A file on a server. */
export interface RemoteFile {
  readonly address: string;
  readonly bytes: number;
  /** Changes when the file does. */
  readonly version: string;
}

/**
 * The bytes of a file, undefined when there is none.
 *
 * @throws Error when the server does not answer or refuses, or the file is shorter than the range
 * or of another version
 */
export async function readRemote(
  address: string,
  { range, timeoutMs = TIMEOUT_MS, roomFor, version }: RemoteRead = {},
): Promise<Uint8Array | undefined> {
  const headers: Record<string, string> = {};
  if (range !== undefined) headers.Range = rangeHeader(range);
  // A weak version is not compared byte by byte.
  if (version?.startsWith('"')) headers["If-Match"] = version;
  const answer = await request({ method: "GET", address, headers, timeoutMs, roomFor });
  if (isMissing(answer)) return undefined;
  if (answer.status === 412) throw changed();
  if (answer.status === 416) throw new Error(`it is cut off: ${wanted(range)} are needed`);
  if (answer.status !== 200 && answer.status !== 206) throw new Error(refusal(answer));
  const { body, headers: about } = answer;
  // Some servers overlook the condition.
  if (headers["If-Match"] !== undefined && about.get("etag") !== version) throw changed();
  if (range === undefined) return body;
  const length = "lastBytes" in range ? range.lastBytes : range.length;
  // Servers may send the whole file for any range.
  if (answer.status === 200) return cut(body, range);
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(about.get("content-range") ?? "") ?? [];
  if ("lastBytes" in range && total !== undefined && Number(start) !== Number(total) - length) {
    // Some servers take the last bytes for the first.
    const offset = Number(total) - length;
    if (offset < 0) throw new Error(`it is cut off: it has ${total} bytes`);
    return readRemote(address, { range: { offset, length }, timeoutMs, roomFor, version });
  }
  if ("offset" in range && start !== undefined && Number(start) !== range.offset) {
    throw new Error(`the server gave bytes from ${start} on, but ${wanted(range)} are needed`);
  }
  if (body.length === length) return body;
  throw new Error(`it is cut off: it gave ${body.length} bytes, but ${wanted(range)} are needed`);
}

function changed(): Error {
  return new Error("the file changed while it was read");
}

function cut(body: Uint8Array, range: ByteRange): Uint8Array {
  const [offset, length] =
    "lastBytes" in range
      ? [body.length - range.lastBytes, range.lastBytes]
      : [range.offset, range.length];
  if (offset >= 0 && offset + length <= body.length) return body.subarray(offset, offset + length);
  throw new Error(`it is cut off: it has ${body.length} bytes, but ${wanted(range)} are needed`);
}

function wanted(range: ByteRange | undefined): string {
  if (range === undefined) return "all bytes";
  if ("lastBytes" in range) return `the last ${range.lastBytes} bytes`;
  return `bytes ${range.offset} to ${range.offset + range.length}`;
}

function rangeHeader(range: ByteRange): string {
  return "lastBytes" in range
    ? `bytes=-${range.lastBytes}`
    : `bytes=${range.offset}-${range.offset + range.length - 1}`;
}

/** A bucket that is not there is a mistake, and no missing file. */
function isMissing(answer: RemoteAnswer): boolean {
  return answer.status === 404 && s3Error(answer).code !== "NoSuchBucket";
}

/**
 * The length and version of a file, undefined when there is none.
 *
 * @throws Error when the server does not answer, refuses, or does not know the length
 */
export async function describeRemote(
  address: string,
  timeoutMs: number = TIMEOUT_MS,
): Promise<RemoteFile | undefined> {
  const answer = await request({ method: "HEAD", address, timeoutMs });
  if (isMissing(answer)) return undefined;
  if (answer.status !== 200) throw new Error(refusal(answer));
  const { headers } = answer;
  const length = headers.get("content-length");
  if (length === null) throw new Error("the server does not say how long the file is");
  const version = headers.get("etag") ?? `${headers.get("last-modified") ?? ""} ${length}`;
  return { address, bytes: Number(length), version };
}

/**
 * Writes a short file that there must not be yet: of two programs at once, one does, where the
 * server looks at the condition (S3 does, and most stores that speak its protocol).
 *
 * @returns whether it did
 * @throws Error when the server does not answer or refuses
 */
export async function createRemote(
  address: string,
  body: Uint8Array,
  timeoutMs: number = TIMEOUT_MS,
): Promise<boolean> {
  // An attempt may have arrived although its answer was lost: then the file has our mark.
  const mark: Record<string, string> = isS3(address) ? { [WRITER]: randomUUID() } : {};
  const headers = { "If-None-Match": "*", ...mark };
  const answer = await request({ method: "PUT", address, headers, body, timeoutMs });
  if (answer.status === 412) {
    const there = await request({ method: "HEAD", address, timeoutMs });
    return mark[WRITER] !== undefined && there.headers.get(WRITER) === mark[WRITER];
  }
  if (answer.status === 501) await writeRemote(address, body, timeoutMs);
  else if (answer.status < 200 || answer.status > 299) throw new Error(refusal(answer));
  return true;
}

const WRITER = "x-amz-meta-tilework-writer";

/**
 * Writes a file, whole or not at all: in S3's protocol, long ones in several parts.
 *
 * @throws Error when the server does not answer or refuses
 */
export async function writeRemote(
  address: string,
  body: Uint8Array,
  timeoutMs: number = TIMEOUT_MS,
): Promise<void> {
  if (isS3(address) && (await uploadInParts(address, body, timeoutMs))) return;
  const answer = await request({ method: "PUT", address, body, timeoutMs });
  if (answer.status < 200 || answer.status > 299) throw new Error(refusal(answer));
}

/** Removes a file; one that is not there is none the less removed. */
export async function removeRemote(address: string, timeoutMs: number = TIMEOUT_MS): Promise<void> {
  const answer = await request({ method: "DELETE", address, timeoutMs });
  const isGone = answer.status === 404 || (answer.status >= 200 && answer.status <= 299);
  if (!isGone) throw new Error(refusal(answer));
}

/** What is below an address in S3's protocol. */
export interface RemoteListing {
  readonly files: readonly RemoteFile[];
  /** Names of the folders right below, when these alone were wanted. */
  readonly folders: readonly string[];
}

/**
 * Lists the files below an `s3://` address, in order of their keys.
 *
 * @param depth `"one"` for the files and folders right below, `"all"` for all files
 * @throws Error when the server does not answer or refuses
 */
export async function listRemote(
  address: string,
  depth: "one" | "all",
  timeoutMs: number = TIMEOUT_MS,
): Promise<RemoteListing> {
  const { bucket, key } = parseS3Address(address);
  const settings = address.includes("?") ? address.slice(address.indexOf("?")) : "";
  const at = `s3://${bucket}${settings}`;
  const prefix = key === "" ? "" : `${key.replace(/\/+$/, "")}/`;
  const files: RemoteFile[] = [];
  const folders: string[] = [];
  for (let next: string | undefined = ""; next !== undefined; ) {
    const query = new URLSearchParams({ "list-type": "2", prefix });
    if (depth === "one") query.set("delimiter", "/");
    if (next !== "") query.set("continuation-token", next);
    const text = await listing(at, query, timeoutMs);
    for (const item of between(text, "Contents")) {
      const [name, version = "", bytes] = ["Key", "ETag", "Size"].map((tag) => one(item, tag));
      files.push({ address: placeOf(at, name as string), bytes: Number(bytes), version });
    }
    for (const item of between(text, "CommonPrefixes")) {
      folders.push((one(item, "Prefix") ?? "").slice(prefix.length).replace(/\/$/, ""));
    }
    next = one(text, "NextContinuationToken");
  }
  return { files, folders };
}

async function listing(address: string, query: URLSearchParams, timeoutMs: number) {
  // Signatures know spaces as %20 alone.
  const asked = query.toString().replaceAll("+", "%20");
  const answer = await request({ method: "GET", address, query: asked, timeoutMs });
  if (answer.status !== 200) throw new Error(refusal(answer));
  return Buffer.from(answer.body).toString("utf8");
}

function between(text: string, tag: string): string[] {
  const found = text.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, "gs"));
  return Array.from(found, ([, inside]) => inside as string);
}

function one(text: string, tag: string): string | undefined {
  const [found] = between(text, tag);
  return found?.replace(/&(amp|lt|gt|quot|apos|#x?[\da-f]+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return ENTITIES[name.toLowerCase()] ?? whole;
    const isHex = /^#x/i.test(name);
    return String.fromCodePoint(Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10));
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
