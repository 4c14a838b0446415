// Addresses of files on servers: `https://…`, `http://…` and `s3://bucket/key?endpoint=…`. Whatever
// is no such address is a path.
import { ArgumentError } from "../../base/errors.js";

/** Whether a location is an address on a server, and no path. */
export function isUrl(location: string): boolean {
  return /^(https?|s3):\/\//i.test(location);
}

/** Whether a location is in S3, or in a store that speaks its protocol. */
export function isS3(location: string): boolean {
  return /^s3:\/\//i.test(location);
}

/** The file or address of a key below a location; an address keeps its query. */
export function placeOf(location: string, key: string): string {
  if (key === "") return location;
  if (!isUrl(location)) return `${location.replace(/\/+$/, "")}/${key}`;
  if (isS3(location)) {
    const [before, query] = divided(location);
    return `${before.replace(/\/+$/, "")}/${key}${query}`;
  }
  const url = new URL(location);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${key}`;
  return url.href;
}

/** Settings that an address may have in its query. */
const SETTINGS = ["endpoint", "region", "profile", "anonymous"] as const;

/** How the store of an address is reached; what is missing comes from the environment. */
export type S3Settings = Readonly<Partial<Record<(typeof SETTINGS)[number], string>>>;

/** The parts of an `s3://` address. */
export interface S3Address {
  readonly bucket: string;
  /** As it is, not percent-encoded. */
  readonly key: string;
  readonly settings: S3Settings;
}

/**
 * Divides an `s3://` address.
 *
 * @throws ArgumentError `argument.value` when it names no bucket, or a setting that there is not
 */
export function parseS3Address(location: string): S3Address {
  const [before, query] = divided(location);
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(before) ?? [];
  if (!/^[\w.-]+$/.test(bucket)) {
    throw new ArgumentError("value", `${location} names no bucket: expected s3://bucket/key`, {
      location,
    });
  }
  const settings: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (!(SETTINGS as readonly string[]).includes(name)) {
      const text = `${location} has a setting ${name}: expected ${SETTINGS.join(", ")}`;
      throw new ArgumentError("value", text, { location, setting: name });
    }
    settings[name] = value;
  }
  return { bucket, key, settings };
}

function divided(location: string): readonly [before: string, query: string] {
  const at = location.indexOf("?");
  return at < 0 ? [location, ""] : [location.slice(0, at), location.slice(at)];
}
