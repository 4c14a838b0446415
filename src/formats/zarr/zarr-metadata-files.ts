// The metadata files of Zarr hierarchies: of an array that is opened, and of a new one with the
// groups above it. formats/zarr/zarr-metadata.ts parses them, formats/zarr/new-zarr-metadata.ts
// makes them.
import { randomUUID } from "node:crypto";
import { closeSync } from "node:fs";
import { link, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { makeFolder } from "../files/make-folder.js";
import { openRegular, readInto } from "../files/regular-file.js";
import { isUrl, placeOf } from "../remote/remote-address.js";
import { createRemote, readRemote, writeRemote } from "../remote/remote-files.js";
import { TIMEOUT_MS } from "../remote/remote-request.js";
import { parseZarrJson, zarrJson } from "./zarr-json.js";
import { ATTRIBUTES_KEY } from "./zarr-labels.js";
import { metadataKey } from "./zarr-location.js";
import type { ZarrDocument } from "./zarr-metadata.js";

/** Consolidated metadata of a hundred thousand arrays are shorter. */
const METADATA_BYTES_MAX = 256 * 2 ** 20;

/**
 * The metadata of the array at a location.
 *
 * @throws ArgumentError `argument.value` when there is none, or it cannot be read
 */
export async function readArrayDocument(
  location: string,
  timeoutMs: number,
): Promise<ZarrDocument> {
  const document = await findDocument(location, timeoutMs);
  if (document !== undefined && isArray(document)) return document;
  const found =
    document === undefined
      ? await whatIsThere(location)
      : `there is a group${await membersOf(location)}: name the array in it by { component }`;
  const text = `there is no Zarr array at ${location}: looked for zarr.json and .zarray, but ${found}`;
  throw new ArgumentError("value", text, { location });
}

/** Describes a location without metadata, and the remedy. */
async function whatIsThere(location: string): Promise<string> {
  if (isUrl(location)) return "the server has neither: check the URL and { component }";
  const entries = await readdir(location).catch((error: NodeJS.ErrnoException) => error.code);
  if (entries === "ENOENT") return "there is no such folder: check the path and { component }";
  if (entries === "ENOTDIR") return "this is a file: give the folder that holds the array";
  if (!Array.isArray(entries)) return `the folder cannot be read (${entries})`;
  if (entries.length === 0) return "the folder is empty: check the path";
  const shown = entries.sort().slice(0, 5).join(", ");
  const all = entries.length > 5 ? `${shown}, … (${entries.length} entries)` : shown;
  return `the folder holds ${all}: name an array in it by { component }, or another folder`;
}

/** The folders within a group, for messages; a server does not list them. */
async function membersOf(location: string): Promise<string> {
  if (isUrl(location)) return "";
  const entries = await readdir(location, { withFileTypes: true }).catch(() => []);
  const names = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  if (names.length === 0) return "";
  return ` of ${names.slice(0, 5).join(", ")}${names.length > 5 ? `, … (${names.length})` : ""}`;
}

/** The metadata of the array or group at a location; undefined when there is neither. */
export async function findDocument(
  location: string,
  timeoutMs: number,
): Promise<ZarrDocument | undefined> {
  for (const key of ["zarr.json", ".zarray", ".zgroup"]) {
    const document = await readJson(placeOf(location, key), timeoutMs);
    if (document !== undefined) return document;
  }
  return undefined;
}

/** Whether it is an array's metadata, and not a group's. */
export function isArray(document: ZarrDocument): boolean {
  return document.zarr_format === 2 ? "shape" in document : document.node_type === "array";
}

/**
 * Format 2: the contents of a location's `.zattrs`; undefined in format 3, or where there is none.
 */
export async function readAttributes(
  location: string,
  document: ZarrDocument,
  timeoutMs: number,
): Promise<ZarrDocument | undefined> {
  if (document.zarr_format !== 2) return undefined;
  return readJson(placeOf(location, ATTRIBUTES_KEY), timeoutMs);
}

/** The JSON object at a place; undefined when there is nothing. */
export async function readJson(
  place: string,
  timeoutMs: number,
): Promise<ZarrDocument | undefined> {
  const text = isUrl(place) ? await download(place, timeoutMs) : await readText(place);
  if (text === undefined) return undefined;
  try {
    const parsed = parseZarrJson(text);
    if (typeof parsed === "object" && parsed !== null) return parsed as ZarrDocument;
  } catch {
    // Reported below, like JSON that is no object.
  }
  throw new ArgumentError("value", `${place} holds no JSON object`, { place });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const { file, bytes } = openRegular(path);
    try {
      if (bytes > METADATA_BYTES_MAX)
        throw new Error(`it has ${bytes} bytes, too many for metadata`);
      const text = Buffer.alloc(bytes);
      return text.toString("utf8", 0, readInto(file, text, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new ArgumentError("value", `cannot read ${path}: ${message}`, { path });
  }
}

async function download(url: string, timeoutMs: number): Promise<string | undefined> {
  try {
    const bytes = await readRemote(url, { timeoutMs });
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  } catch (error) {
    const text = `cannot read ${url}: ${(error as Error).message}`;
    throw isTileworkError(error) ? error : new ArgumentError("value", text, { url });
  }
}

/**
 * Puts a new array's metadata in its folder, with groups in those above it, up to `root`.
 *
 * @param attributes format 2: the contents of its `.zattrs`
 * @throws ArgumentError `argument.value` when it cannot be written, or another program has made an
 * array there since the caller looked
 */
export async function writeArrayDocument(
  root: string,
  component: string,
  document: ZarrDocument,
  attributes?: ZarrDocument,
): Promise<void> {
  const format = document.zarr_format;
  const parts = component === "" ? [] : component.split("/");
  for (let depth = 0; depth < parts.length; depth++) {
    const group = placeOf(root, parts.slice(0, depth).join("/"));
    const key = format === 2 ? ".zgroup" : "zarr.json";
    const path = placeOf(group, key);
    if ((await readJson(path, TIMEOUT_MS)) !== undefined) continue;
    await writeJson(path, groupDocument(format));
  }
  const folder = placeOf(root, component);
  if (attributes !== undefined) await writeJson(placeOf(folder, ATTRIBUTES_KEY), attributes);
  await writeJson(placeOf(folder, metadataKey(format)), document, true);
  if (component !== "") await addToConsolidated(root, component, document, attributes);
}

/** Replaces the metadata of an array that is there. */
export async function changeArrayDocument(
  root: string,
  component: string,
  document: ZarrDocument,
): Promise<void> {
  const folder = placeOf(root, component);
  await writeJson(placeOf(folder, metadataKey(document.zarr_format)), document);
  if (component !== "") await addToConsolidated(root, component, document, undefined);
}

/** Puts a group's metadata in a folder. */
export async function writeGroupDocument(
  folder: string,
  format: 2 | 3,
  attributes: ZarrDocument,
): Promise<void> {
  const key = format === 2 ? ".zgroup" : "zarr.json";
  const own = format === 2 ? {} : { attributes };
  await writeJson(placeOf(folder, key), { ...groupDocument(format), ...own });
  if (format === 2 && Object.keys(attributes).length > 0) {
    await writeJson(placeOf(folder, ATTRIBUTES_KEY), attributes);
  }
}

function groupDocument(format: unknown): ZarrDocument {
  if (format === 2) return { zarr_format: 2 };
  return { zarr_format: 3, node_type: "group", attributes: {} };
}

/** Adds the new array to a hierarchy's consolidated metadata, if there is any. */
async function addToConsolidated(
  root: string,
  component: string,
  document: ZarrDocument,
  attributes: ZarrDocument | undefined,
): Promise<void> {
  const path = placeOf(root, document.zarr_format === 2 ? ".zmetadata" : "zarr.json");
  const whole = await readJson(path, TIMEOUT_MS);
  if (whole === undefined) return;
  if (document.zarr_format === 2) {
    const metadata = {
      ...(whole.metadata as object),
      [`${component}/.zarray`]: document,
      ...(attributes === undefined ? {} : { [`${component}/${ATTRIBUTES_KEY}`]: attributes }),
    };
    await writeJson(path, { ...whole, metadata });
  } else if (whole.consolidated_metadata) {
    const consolidated = whole.consolidated_metadata as { metadata?: object };
    const metadata = { ...consolidated.metadata, [component]: document };
    await writeJson(path, { ...whole, consolidated_metadata: { ...consolidated, metadata } });
  }
}

const MADE_MEANWHILE =
  "another program has made an array there meanwhile: give each its own path, or have both write regions of one array";

/** Names a file that there must not be yet: of two programs at once, one does. */
async function nameNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") {
      throw new Error(MADE_MEANWHILE);
    }
    // A file system without links.
    return await rename(temporary, path);
  }
  await rm(temporary);
}

/**
 * Writes a JSON file, whole or not at all.
 *
 * @param isNew whether there must be no such file yet
 */
export async function writeJson(
  path: string,
  document: ZarrDocument,
  isNew = false,
): Promise<void> {
  const text = `${zarrJson(document)}\n`;
  if (isUrl(path)) return upload(path, text, isNew);
  const temporary = `${path}.${randomUUID().slice(0, 8)}.partial`;
  try {
    await makeFolder(dirname(path));
    await writeFile(temporary, text);
    await (isNew ? nameNew : rename)(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // where a file stands in the folder's place
    const { message } = error as Error;
    throw new ArgumentError("value", `cannot write ${path}: ${message}`, { path });
  }
}

async function upload(url: string, text: string, isNew: boolean): Promise<void> {
  try {
    if (!isNew) await writeRemote(url, Buffer.from(text));
    else if (!(await createRemote(url, Buffer.from(text)))) throw new Error(MADE_MEANWHILE);
  } catch (error) {
    const reason = `cannot write ${url}: ${(error as Error).message}`;
    throw isTileworkError(error) ? error : new ArgumentError("value", reason, { url });
  }
}
