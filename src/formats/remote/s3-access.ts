// How a store that speaks S3's protocol is reached: endpoint, region and credentials. They come
// from an address, the environment and profile files, read again for each request: credentials that
// were renewed count at once. Tasks never carry any.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ArgumentError } from "../../base/errors.js";
import type { S3Address, S3Settings } from "./remote-address.js";

/** Who asks. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a store is reached. */
export interface S3Access {
  /** Undefined for Amazon's own. */
  readonly endpoint: string | undefined;
  readonly region: string;
  /** Undefined for requests that are not signed. */
  readonly credentials: S3Credentials | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The access to the store of an address.
 *
 * @throws ArgumentError `argument.value` when a profile is named that there is not
 */
export function s3Access(settings: S3Settings, environment: Environment = process.env): S3Access {
  const named = settings.profile ?? environment.AWS_PROFILE;
  const profile = readProfile(named ?? "default", environment);
  if (profile === undefined && named !== undefined) {
    const text = `there is no profile ${JSON.stringify(named)} in ${profilePaths(environment).join(" or ")}`;
    throw new ArgumentError("value", text, { profile: named });
  }
  const own = profile ?? {};
  return {
    endpoint:
      settings.endpoint ??
      environment.AWS_ENDPOINT_URL_S3 ??
      environment.AWS_ENDPOINT_URL ??
      own.endpoint_url,
    region:
      settings.region ??
      environment.AWS_REGION ??
      environment.AWS_DEFAULT_REGION ??
      own.region ??
      "us-east-1",
    credentials:
      settings.anonymous === "true"
        ? undefined
        : ((settings.profile === undefined ? fromEnvironment(environment) : undefined) ??
          fromProfile(own)),
  };
}

function fromEnvironment(environment: Environment): S3Credentials | undefined {
  return credentialsOf(
    environment.AWS_ACCESS_KEY_ID,
    environment.AWS_SECRET_ACCESS_KEY,
    environment.AWS_SESSION_TOKEN,
  );
}

function fromProfile(profile: Environment): S3Credentials | undefined {
  return credentialsOf(
    profile.aws_access_key_id,
    profile.aws_secret_access_key,
    profile.aws_session_token,
  );
}

function credentialsOf(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
): S3Credentials | undefined {
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

function profilePaths(environment: Environment): [credentials: string, config: string] {
  const folder = join(homedir(), ".aws");
  return [
    environment.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, "credentials"),
    environment.AWS_CONFIG_FILE ?? join(folder, "config"),
  ];
}

/** The entries of a profile in both files; undefined if it is in neither. */
function readProfile(name: string, environment: Environment): Environment | undefined {
  const [credentials, config] = profilePaths(environment);
  const inConfig = name === "default" ? "default" : `profile ${name}`;
  const found = [section(config, inConfig), section(credentials, name)];
  if (found.every((entries) => entries === undefined)) return undefined;
  return Object.assign({}, ...found);
}

/** The entries of a section of a file in the form of `[name]` and `key = value`. */
function section(path: string, name: string): Environment | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  let entries: Record<string, string> | undefined;
  let isInside = false;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*(.+?)\s*\]/.exec(line)?.[1];
    if (heading !== undefined) isInside = heading === name;
    if (heading === name) entries ??= {};
    // Indented lines belong to a setting of several.
    const [, key, value] = /^([\w]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (isInside && entries !== undefined && key !== undefined) entries[key] = value as string;
  }
  return entries;
}

/** The URL of an object: on a host of its bucket's at Amazon, below the endpoint elsewhere. */
export function s3Url({ bucket, key }: S3Address, { endpoint, region }: S3Access): string {
  const path = key.split("/").map(encoded).join("/");
  if (endpoint !== undefined) return `${endpoint.replace(/\/+$/, "")}/${bucket}/${path}`;
  // A certificate for all buckets has none with dots.
  if (bucket.includes(".")) return `https://s3.${region}.amazonaws.com/${bucket}/${path}`;
  return `https://${bucket}.s3.${region}.amazonaws.com/${path}`;
}

function encoded(part: string): string {
  const code = (sign: string) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(part).replace(/[!'()*]/g, code);
}
