// Groups of Zarr arrays as records of chunked arrays. Only metadata is read here. Writing is
// to-zarr-group.ts.
import { resolve } from "node:path";
import type { ChunkedArray } from "../array/chunked-array.js";
import { isUrl, placeOf } from "../formats/remote/remote-address.js";
import { TIMEOUT_MS } from "../formats/remote/remote-request.js";
import { readHierarchy, type ZarrNode } from "../formats/zarr/zarr-hierarchy.js";
import { groupAttributes } from "../formats/zarr/zarr-labels.js";
import { checkComponent } from "../formats/zarr/zarr-location.js";
import { isArray } from "../formats/zarr/zarr-metadata-files.js";
import { type FromZarrOptions, openZarrArray } from "./from-zarr.js";
import { checkReadOptions } from "./read-options.js";

/** A group of Zarr arrays. */
export interface ZarrGroup {
  /** The group's attributes. */
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ChunkedArray>>;
  readonly groups: Readonly<Record<string, ZarrGroup>>;
}

/**
 * All arrays and groups of a Zarr group, by consolidated metadata where there are some, else by
 * folders (below `https://`, only consolidated metadata can be found). Names of axes and attributes are `x.dims` and `x.attributes` of each array.
 *
 * @param location the folder, which every worker must see under this path; an `s3://` or
 * `https://` address
 * @param options those of {@link fromZarr} but `chunks`; `component` is a group
 * @returns the group's attributes, its arrays by their names, and the groups in it; arrays as
 * {@link fromZarr}
 * @chunks a block for each of an array's chunks or shards; tasks as {@link fromZarr}
 * @throws ArgumentError `argument.value` when there is no such group, a server has no consolidated
 * metadata, or the metadata of an array is not supported; `argument.dtype` for elements without a
 * dtype here
 * @see https://zarr.readthedocs.io/en/stable/user-guide/groups/
 * @example
 * import { fromZarrGroup, toZarrGroup, withLabels, zeros } from "tilework";
 *
 * const t = withLabels(zeros([2, 3]), { dims: ["time", "x"], attributes: { units: "K" } });
 * const group = { attributes: { title: "a run" }, arrays: { t } };
 * await toZarrGroup("run.zarr", group, { overwrite: true });
 * const { attributes, arrays } = await fromZarrGroup("run.zarr");
 * [attributes.title, arrays.t!.dims, arrays.t!.attributes.units]; // → ["a run", ["time", "x"], "K"]
 */
export async function fromZarrGroup(
  location: string,
  options: Omit<FromZarrOptions, "chunks"> = {},
): Promise<ZarrGroup> {
  checkReadOptions("fromZarrGroup", ["component", "timeoutMs"], options);
  const { component = "", timeoutMs = TIMEOUT_MS } = options;
  const root = isUrl(location) ? location : resolve(location);
  const place = placeOf(root, checkComponent(component));
  const nodes = await readHierarchy(place, timeoutMs);
  const open = (node: ZarrNode) => openZarrArray(placeOf(place, node.path), node, { timeoutMs });
  return groupAt("", nodes, open);
}

function groupAt(
  path: string,
  nodes: readonly ZarrNode[],
  open: (node: ZarrNode) => ChunkedArray,
): ZarrGroup {
  const prefix = path === "" ? "" : `${path}/`;
  const nameOf = (node: ZarrNode) => node.path.slice(prefix.length);
  const inside = nodes.filter(
    (node) => node.path !== path && node.path.startsWith(prefix) && !nameOf(node).includes("/"),
  );
  const record = <T>(found: readonly ZarrNode[], make: (node: ZarrNode) => T) =>
    Object.fromEntries(found.map((node) => [nameOf(node), make(node)]));
  const own = nodes.find((node) => node.path === path);
  return {
    attributes: own === undefined ? {} : groupAttributes(own.document, own.attributes),
    arrays: record(
      inside.filter(({ document }) => isArray(document)),
      open,
    ),
    groups: record(
      inside.filter(({ document }) => !isArray(document)),
      (node) => groupAt(node.path, nodes, open),
    ),
  };
}
