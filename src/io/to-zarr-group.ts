// Records of chunked arrays into groups of Zarr arrays, in one job. Reading is from-zarr-group.ts.
import { resolve } from "node:path";
import type { ChunkedArray } from "../array/chunked-array.js";
import { checkArrays } from "../array/layers/array-operands.js";
import { checkAttributes } from "../array/layers/labels.js";
import type { ToZarrOptions } from "../array/results/array-files.js";
import { ArgumentError } from "../base/errors.js";
import { isUrl, placeOf } from "../formats/remote/remote-address.js";
import { TIMEOUT_MS } from "../formats/remote/remote-request.js";
import { removeZarr } from "../formats/zarr/remove-zarr.js";
import { releaseClaim } from "../formats/zarr/zarr-claim.js";
import { readHierarchy, writeConsolidated } from "../formats/zarr/zarr-hierarchy.js";
import { findDocument, writeGroupDocument } from "../formats/zarr/zarr-metadata-files.js";
import type { StoreTarget } from "../graph/model/store-target.js";
import { makeArray } from "./new-zarr-array.js";
import { checkKeepsSources } from "./own-source.js";
import { checkStoreOptions, requireLengths, storeAll } from "./store-layer.js";
import { computeOptionsOf, openStore } from "./to-zarr.js";

/** The contents of a group for {@link toZarrGroup}. */
export interface NewZarrGroup {
  /** Attributes of the group. */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Arrays by their names, written with their own `dims` and `attributes`. */
  readonly arrays?: Readonly<Record<string, ChunkedArray>>;
  readonly groups?: Readonly<Record<string, NewZarrGroup>>;
}

/** Options of {@link toZarrGroup}, for all arrays alike. */
export type ToZarrGroupOptions = Omit<
  ToZarrOptions,
  "component" | "chunks" | "shards" | "region" | "append" | "dims" | "attributes"
>;

const OWN_OPTIONS = [
  "overwrite",
  "format",
  "compressor",
  "codecs",
  "fillValue",
] as const satisfies readonly (keyof ToZarrGroupOptions)[];

/** A group or an array of a new hierarchy, at its path. */
interface Flat {
  readonly groups: (readonly [path: string, group: NewZarrGroup])[];
  readonly arrays: (readonly [path: string, x: ChunkedArray])[];
}

/**
 * Writes a group of arrays, and the groups in it, as {@link toZarr} writes an array,
 * all in one job. The metadata of all of it is consolidated when every chunk is written.
 *
 * @param path the folder or address, as {@link toZarr} takes it
 * @param group its arrays, groups and attributes
 * @returns nothing, when all chunks are written
 * @chunks those of each array, cut again where two blocks would share a chunk; one task per block,
 * and those of the arrays
 * @throws ArgumentError `argument.value` when an array or group exists and `overwrite` is not set,
 * or arrays are computed from it, a name is no name, or options contradict each other;
 * `argument.chunks` for unknown lengths
 * @throws TaskError `task.failed` when a block cannot be computed or written
 * @see https://zarr.readthedocs.io/en/stable/user-guide/groups/
 * @example
 * import { fromZarrGroup, ones, toZarrGroup } from "tilework";
 *
 * const day = { arrays: { t: ones([4, 4], { chunks: 2 }) } };
 * await toZarrGroup("days.zarr", { groups: { monday: day } }, { overwrite: true });
 * const { groups } = await fromZarrGroup("days.zarr");
 * await groups.monday!.arrays.t!.sum().compute(); // → 16
 */
export async function toZarrGroup(
  path: string,
  group: NewZarrGroup,
  options: ToZarrGroupOptions = {},
): Promise<void> {
  checkStoreOptions("toZarrGroup", OWN_OPTIONS, options);
  const flat: Flat = { groups: [], arrays: [] };
  flatten("", group, flat);
  const root = isUrl(path) ? path : resolve(path);
  if (options.overwrite === true) {
    checkKeepsSources(
      flat.arrays.map(([, x]) => x.node),
      root,
    );
  }
  await makeRoom(root, options.overwrite === true);
  const { format = 3 } = options;
  for (const [place, { attributes = {} }] of flat.groups) {
    await writeGroupDocument(placeOf(root, place), format, attributes);
  }
  const stored: [ChunkedArray, Extract<StoreTarget, { type: "zarr" }>][] = [];
  try {
    for (const [place, x] of flat.arrays) {
      const opened = await makeArray(x, root, place, options);
      const store = await openStore(x, placeOf(root, place), opened);
      stored.push([store.stored, store.target]);
    }
    await storeAll(stored, computeOptionsOf(options));
  } finally {
    for (const [, target] of stored) await releaseClaim(target.claim);
  }
  await writeConsolidated(root, await readHierarchy(root, TIMEOUT_MS));
}

/** Lists the group at a path, and all below it, once checked. */
function flatten(path: string, group: NewZarrGroup, flat: Flat): void {
  const { attributes = {}, arrays = {}, groups = {} } = group;
  checkAttributes(attributes);
  flat.groups.push([path, group]);
  const at = (name: string) => (path === "" ? name : `${path}/${name}`);
  for (const name of [...Object.keys(arrays), ...Object.keys(groups)]) checkName(name);
  const both = Object.keys(arrays).find((name) => Object.hasOwn(groups, name));
  if (both !== undefined) {
    throw new ArgumentError("value", `${at(both)} is an array and a group: rename one of them`);
  }
  for (const [name, x] of Object.entries(arrays)) {
    checkArrays("toZarrGroup", x);
    requireLengths(x);
    flat.arrays.push([at(name), x]);
  }
  for (const [name, below] of Object.entries(groups)) flatten(at(name), below, flat);
}

/** Names that Zarr keeps for itself, and those that are no file's. */
const RESERVED = /^$|^\.|^__|\/|^zarr\.json$/;

function checkName(name: string): void {
  if (!RESERVED.test(name)) return;
  const text = `${JSON.stringify(name)} cannot be a name in a Zarr group: expected one without "/", that does not begin with "." or "__"`;
  throw new ArgumentError("value", text, { name });
}

async function makeRoom(root: string, mayReplace: boolean): Promise<void> {
  if ((await findDocument(root, TIMEOUT_MS)) === undefined) return;
  if (!mayReplace) {
    const text = `a Zarr array or group exists at ${root}: pass { overwrite: true } to replace it`;
    throw new ArgumentError("value", text, { location: root });
  }
  await removeZarr(root);
}
