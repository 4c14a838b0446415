// Answers of a page's server, with the headers that all of them have, and bodies of requests.
import type { IncomingMessage, ServerResponse } from "node:http";
import { CONTENT_SECURITY_POLICY } from "./static-page.js";

/** Bytes of a request's body. */
const BODY_BYTES_MAX = 65_536;

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, "application/json; charset=utf-8", JSON.stringify(value));
}

export function sendText(response: ServerResponse, type: string, text: string): void {
  send(response, 200, type, text);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
  response.end(text);
}

/**
 * The value of a body of JSON; undefined of an empty one.
 *
 * @throws SyntaxError when it is none
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > BODY_BYTES_MAX)
      throw new SyntaxError(`a body of more than ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  return text === "" ? undefined : JSON.parse(text);
}
