// All arrays and groups below a location: by its consolidated metadata, or by its folders. And
// consolidated metadata for a hierarchy that was written.
import { readdir } from "node:fs/promises";
import { ArgumentError } from "../../base/errors.js";
import { isS3, isUrl, placeOf } from "../remote/remote-address.js";
import { listRemote } from "../remote/remote-files.js";
import { ATTRIBUTES_KEY } from "./zarr-labels.js";
import { metadataKey } from "./zarr-location.js";
import type { ZarrDocument } from "./zarr-metadata.js";
import {
  findDocument,
  isArray,
  readAttributes,
  readJson,
  writeJson,
} from "./zarr-metadata-files.js";

/** An array or a group. */
export interface ZarrNode {
  /** Its path below the location, `""` for the location itself. */
  readonly path: string;
  readonly document: ZarrDocument;
  /** Format 2: the contents of its `.zattrs`. */
  readonly attributes: ZarrDocument | undefined;
}

/**
 * The group at a location and all that is below it, the group first.
 *
 * @throws ArgumentError `argument.value` when there is no group, or a server has no consolidated
 * metadata
 */
export async function readHierarchy(location: string, timeoutMs: number): Promise<ZarrNode[]> {
  const document = await findDocument(location, timeoutMs);
  if (document === undefined || isArray(document)) {
    const found = document === undefined ? "nothing is there" : "an array is there: use fromZarr";
    throw new ArgumentError("value", `there is no Zarr group at ${location}: ${found}`, {
      location,
    });
  }
  const attributes = await readAttributes(location, document, timeoutMs);
  const group = { path: "", document, attributes };
  const consolidated = await readConsolidated(location, document, timeoutMs);
  if (consolidated !== undefined) return [group, ...consolidated];
  if (isUrl(location) && !isS3(location)) {
    const text = `the group at ${location} has no consolidated metadata, and a server lists no folders: name an array by fromZarr's { component }`;
    throw new ArgumentError("value", text, { location });
  }
  return [group, ...(await readFolders(location, "", timeoutMs))];
}

async function readConsolidated(
  location: string,
  document: ZarrDocument,
  timeoutMs: number,
): Promise<ZarrNode[] | undefined> {
  if (document.zarr_format === 2) {
    const whole = await readJson(placeOf(location, ".zmetadata"), timeoutMs);
    const files = whole?.metadata as Readonly<Record<string, ZarrDocument>> | undefined;
    return files && nodesOfFiles(files);
  }
  const whole = document.consolidated_metadata as { readonly metadata?: unknown } | undefined;
  const nodes = whole?.metadata as Readonly<Record<string, ZarrDocument>> | undefined;
  return (
    nodes &&
    Object.entries(nodes).map(([path, own]) => ({ path, document: own, attributes: undefined }))
  );
}

/** The nodes of format 2's consolidated metadata, where each file has an entry. */
function nodesOfFiles(files: Readonly<Record<string, ZarrDocument>>): ZarrNode[] {
  return Object.entries(files).flatMap(([key, document]) => {
    const path = /^(.+)\/\.z(array|group)$/.exec(key)?.[1];
    if (path === undefined) return [];
    return [{ path, document, attributes: files[`${path}/${ATTRIBUTES_KEY}`] }];
  });
}

async function readFolders(root: string, above: string, timeoutMs: number): Promise<ZarrNode[]> {
  const nodes: ZarrNode[] = [];
  for (const name of (await foldersIn(placeOf(root, above), timeoutMs)).sort()) {
    const path = above === "" ? name : `${above}/${name}`;
    const document = await findDocument(placeOf(root, path), timeoutMs);
    if (document === undefined) continue;
    const attributes = await readAttributes(placeOf(root, path), document, timeoutMs);
    nodes.push({ path, document, attributes });
    if (!isArray(document)) nodes.push(...(await readFolders(root, path, timeoutMs)));
  }
  return nodes;
}

async function foldersIn(location: string, timeoutMs: number): Promise<string[]> {
  if (isUrl(location)) return [...(await listRemote(location, "one", timeoutMs)).folders];
  const entries = await readdir(location, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Writes the metadata of a hierarchy of nodes in one place, in the group at `root`. */
export async function writeConsolidated(root: string, nodes: readonly ZarrNode[]): Promise<void> {
  const [group, ...below] = nodes as readonly [ZarrNode, ...ZarrNode[]];
  if (group.document.zarr_format === 3) {
    const metadata = Object.fromEntries(below.map(({ path, document }) => [path, document]));
    const consolidated_metadata = { kind: "inline", must_understand: false, metadata };
    await writeJson(placeOf(root, "zarr.json"), { ...group.document, consolidated_metadata });
    return;
  }
  const metadata = Object.fromEntries(
    nodes.flatMap(({ path, document, attributes }) => {
      const key = (name: string) => (path === "" ? name : `${path}/${name}`);
      const own = [key(isArray(document) ? metadataKey(2) : ".zgroup"), document] as const;
      return attributes === undefined ? [own] : [own, [key(ATTRIBUTES_KEY), attributes] as const];
    }),
  );
  await writeJson(placeOf(root, ".zmetadata"), { zarr_consolidated_format: 1, metadata });
}
