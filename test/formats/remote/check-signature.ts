// What an S3 server does with a request's signature, which the one of npm does not do:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Whether a request was signed with `secret`, or not at all, and its body is the one signed. */
export function isSigned(request: IncomingMessage, body: Buffer, secret: string): boolean {
  const { authorization } = request.headers;
  if (authorization === undefined) return true;
  const field = (name: string) => new RegExp(`${name}=([^, ]+)`).exec(authorization)?.[1] ?? "";
  const [, day = "", region = "", service = ""] = field("Credential").split("/");
  const hash = sha256(body);
  if (request.headers["x-amz-content-sha256"] !== hash) return false;
  const [path = "", query = ""] = (request.url as string).split("?");
  const names = field("SignedHeaders").split(";");
  const canonical = [
    request.method,
    path,
    query.split("&").sort().join("&"),
    ...names.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    "",
    names.join(";"),
    hash,
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const date = request.headers["x-amz-date"];
  const text = ["AWS4-HMAC-SHA256", date, scope, sha256(Buffer.from(canonical))].join("\n");
  const key = [day, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString("hex") === field("Signature");
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
