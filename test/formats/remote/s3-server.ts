// An S3 server of npm's behind a proxy that checks signatures, and fails, stalls and truncates on
// order.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isSigned } from "./check-signature.js";

/** What is done with a request instead of answering it. */
export type Mishap = "fail" | "stall" | "truncate" | { readonly status: number; body?: string };

/** A server with one bucket, `tiles`. */
export interface S3Server {
  readonly endpoint: string;
  /** The address of a key in the bucket, with the endpoint. */
  address(key: string): string;
  /** Says what happens to a request, as `"GET /tiles/key"`; undefined if it is answered. */
  mishap: ((asked: string) => Mishap | undefined) | undefined;
  /** The requests that came since the list was emptied. */
  readonly asked: string[];
  /** The ranges of bytes that came with them: `"bytes=0-99"`. */
  readonly ranges: string[];
  stop(): Promise<void>;
}

interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}

/** Starts a server; it knows the key `S3RVER` with the secret `S3RVER`. */
export async function startS3(): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), "tilework-s3-"));
  const Server = createRequire(import.meta.url)("s3rver") as new (options: object) => S3rver;
  const configureBuckets = [{ name: "tiles" }];
  const address = "127.0.0.1";
  const inner = new Server({ port: 0, address, silent: true, directory, configureBuckets });
  const { port } = await inner.run();
  const proxy = createServer((from, to) => {
    const asked = `${from.method} ${from.url}`;
    server.asked.push(asked);
    if (from.headers.range !== undefined) server.ranges.push(from.headers.range);
    void answer(from, to, port, server.mishap?.(asked));
  }).listen(0, address);
  await once(proxy, "listening");
  const endpoint = `http://${address}:${(proxy.address() as AddressInfo).port}`;
  const server: S3Server = {
    endpoint,
    address: (key) => `s3://tiles/${key}?endpoint=${endpoint}`,
    mishap: undefined,
    asked: [],
    ranges: [],
    async stop() {
      proxy.closeAllConnections();
      proxy.close();
      await inner.close();
      rmSync(directory, { recursive: true });
    },
  };
  return server;
}

const MISMATCH = "<Error><Code>SignatureDoesNotMatch</Code><Message>Wrong</Message></Error>";

/** Files that are made under a condition right now. */
const making = new Set<string>();

/** Whether a file that there must not be yet is there, or being made: npm's server overlooks it. */
async function isThereAlready({ method, url, headers }: IncomingMessage, port: number) {
  const path = url as string;
  if (method !== "PUT" || headers["if-none-match"] !== "*") return false;
  if (making.has(path)) return true;
  making.add(path);
  const [found] = await once(
    request({ port, host: "127.0.0.1", method: "HEAD", path }).end(),
    "response",
  );
  const { statusCode } = found as IncomingMessage;
  (found as IncomingMessage).resume();
  if (statusCode === 200) making.delete(path);
  return statusCode === 200;
}

async function answer(from: IncomingMessage, to: ServerResponse, port: number, order?: Mishap) {
  const pieces: Buffer[] = [];
  for await (const piece of from) pieces.push(piece);
  const body = Buffer.concat(pieces);
  const isRight = isSigned(from, body, "S3RVER");
  const isMade = isRight && (await isThereAlready(from, port));
  const refused = isRight
    ? isMade
      ? { status: 412 }
      : undefined
    : { status: 403, body: MISMATCH };
  const mishap = order ?? refused;
  if (mishap === "stall") return;
  if (typeof mishap === "object") {
    to.writeHead(mishap.status, { "content-type": "application/xml" }).end(mishap.body);
    return;
  }
  const { method, url, headers } = from;
  const inner = request({ port, host: "127.0.0.1", method, path: url, headers }, (answered) => {
    to.writeHead(answered.statusCode as number, answered.headers);
    answered.once("end", () => making.delete(url as string));
    if (mishap === undefined) return void answered.pipe(to);
    // The head and a few bytes arrive, and then the connection ends.
    answered.once("data", (bytes: Buffer) => {
      to.write(mishap === "truncate" ? bytes.subarray(0, 3) : "", () => to.destroy());
    });
    answered.once("end", () => to.destroy());
  });
  inner.on("error", () => to.destroy());
  inner.end(body);
}
