// One request to a server, signed where it speaks S3's protocol, with its answer in memory: sent
// again where it failed in passing.
import { createHash } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { isS3, parseS3Address } from "./remote-address.js";
import { s3Access, s3Url } from "./s3-access.js";

/** How long a request may take by default, with all attempts. */
export const TIMEOUT_MS = 60_000;

/** How often a request is sent before it fails. */
const ATTEMPTS_MAX = 5;
/** The longest pause before the second attempt; each later one may be twice as long. */
const FIRST_PAUSE_MS = 100;
/** An attempt without news for this part of the time is given up for another. */
const STALLED_PART = 1 / 3;

/** Answers after which the same request may succeed. */
const PASSING: readonly number[] = [408, 425, 429, 500, 502, 503, 504];
/** The same, by the code in an S3 answer: renewed credentials are read for the next attempt. */
const PASSING_CODES =
  /^(ExpiredToken|ExpiredTokenException|RequestTimeout|SlowDown|ConditionalRequestConflict)$/;

/** Memory of a length, into which a body is read. */
export type RoomFor = (bytes: number) => Uint8Array;

/** What is asked of a server. */
export interface RemoteRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly address: string;
  /** What of an S3 object is meant: `uploads=`. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  /** Where the body of a good answer goes, if its length is known before; default: new memory. */
  readonly roomFor?: RoomFor | undefined;
}

/** What the server said. */
export interface RemoteAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * Sends a request, several times if need be.
 *
 * @throws Error with the reason when no answer came within the time
 */
export async function request(asked: RemoteRequest): Promise<RemoteAnswer> {
  const end = Date.now() + asked.timeoutMs;
  for (let attempt = 1; ; attempt++) {
    const outcome = await answerOf(asked, end).catch((error: unknown) => error);
    const isLast = attempt === ATTEMPTS_MAX || Date.now() >= end;
    if (isAnswer(outcome)) {
      if (isLast || !isPassing(outcome)) return outcome;
    } else if (isLast || !(outcome instanceof NoAnswer)) {
      throw outcome;
    }
    const wanted = isAnswer(outcome) ? Number(outcome.headers.get("retry-after")) * 1_000 : 0;
    const most = Math.max(FIRST_PAUSE_MS * 2 ** (attempt - 1) * Math.random(), wanted || 0);
    await pause(Math.min(most, Math.max(end - Date.now(), 0)));
  }
}

/** Why an answer is no good, in words. */
export function refusal({ status, body, headers }: RemoteAnswer): string {
  const { code, message } = s3Error({ body, headers });
  const said = code === undefined ? "" : ` (${code}${message ? `: ${message}` : ""})`;
  return `the server answered ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd() + said;
}

/** The code and message of an answer in S3's protocol, where it has some. */
export function s3Error({ body, headers }: Pick<RemoteAnswer, "body" | "headers">): {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
} {
  if (!/xml/.test(headers.get("content-type") ?? "xml") || body.length > 2 ** 16) return {};
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8");
  const error = /<Error>.*<\/Error>/s.exec(text)?.[0];
  const tag = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(error ?? "")?.[1];
  return { code: tag("Code"), message: tag("Message") };
}

function isAnswer(outcome: unknown): outcome is RemoteAnswer {
  return typeof outcome === "object" && outcome !== null && "status" in outcome;
}

function isPassing(answer: RemoteAnswer): boolean {
  if (PASSING.includes(answer.status)) return true;
  return answer.status >= 400 && PASSING_CODES.test(s3Error(answer).code ?? "");
}

/** No answer, or not all of it: another attempt may bring one. */
class NoAnswer extends Error {}

async function answerOf(asked: RemoteRequest, end: number): Promise<RemoteAnswer> {
  const { method, timeoutMs, body } = asked;
  const { url, headers } = await signed(asked);
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const isNews = () => {
    clearTimeout(timer);
    const late = new NoAnswer(`the server did not answer within ${timeoutMs / 1_000} s`);
    const leftMs = Math.min(end - Date.now(), timeoutMs * STALLED_PART);
    timer = setTimeout(() => stopped.abort(late), Math.max(leftMs, 0));
  };
  isNews();
  try {
    const response = await fetch(url, {
      method,
      headers,
      signal: stopped.signal,
      ...(body === undefined ? {} : { body: ownBytes(body) }),
    });
    isNews();
    const { status } = response;
    return { status, headers: response.headers, body: await bodyOf(response, asked, isNews) };
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    // `fetch` reports only that it failed; the reason is in its cause.
    const { message, cause } = error as Error;
    throw new NoAnswer(cause instanceof Error ? cause.message || String(cause) : message);
  } finally {
    clearTimeout(timer);
  }
}

/** Memory that threads share cannot be sent. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}

async function bodyOf(
  response: Response,
  { method, headers, roomFor }: RemoteRequest,
  isNews: () => void,
): Promise<Uint8Array> {
  if (method === "HEAD" || response.body === null) return new Uint8Array(0);
  const announced = response.headers.get("content-length");
  // What was compressed on the way is longer than was announced.
  const isPlain = announced !== null && !response.headers.has("content-encoding");
  const isWanted = response.status === (headers?.Range === undefined ? 200 : 206);
  const room = isPlain && isWanted ? roomFor?.(Number(announced)) : undefined;
  const pieces: Uint8Array[] = [];
  let filled = 0;
  for await (const piece of response.body) {
    isNews();
    if (room === undefined) pieces.push(piece);
    else if (filled + piece.length <= room.length) room.set(piece, filled);
    filled += piece.length;
  }
  if (isPlain && filled !== Number(announced)) {
    throw new NoAnswer(`the server sent ${filled} of ${announced} bytes`);
  }
  return room ?? (pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces));
}

/** The URL and headers of a request. */
async function signed(asked: RemoteRequest) {
  const { url, headers } = isS3(asked.address)
    ? await signedForS3(asked)
    : { url: asked.address, headers: new Headers(asked.headers) };
  // No signature may cover this one: `fetch` changes it for ranges.
  headers.set("accept-encoding", "identity");
  return { url, headers };
}

/** The same for S3, signed where there are credentials. */
async function signedForS3({ method, address, query, headers: given, body }: RemoteRequest) {
  const headers = new Headers(given);
  const parts = parseS3Address(address);
  const access = s3Access(parts.settings);
  const url = s3Url(parts, access) + (query === undefined ? "" : `?${query}`);
  if (access.credentials === undefined) return { url, headers };
  const hash = createHash("sha256").update(body ?? "");
  headers.set("x-amz-content-sha256", hash.digest("hex"));
  const { region, credentials } = access;
  const signer = new AwsV4Signer({ method, url, headers, service: "s3", region, ...credentials });
  const made = await signer.sign();
  return { url: made.url.href, headers: made.headers };
}
