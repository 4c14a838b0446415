// Names of axes and attributes in the metadata of Zarr arrays. Format 3 has both in `zarr.json`;
// format 2 has attributes in a file of their own, and xarray's names of axes among them.
import type { ZarrDocument } from "./zarr-metadata.js";

/** Names of axes and attributes, as far as an array has them. */
export interface ZarrLabels {
  readonly dims?: readonly (string | null)[];
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Where xarray keeps the names of axes in format 2. */
const DIMENSIONS = "_ARRAY_DIMENSIONS";

/** The key of format 2's attributes. */
export const ATTRIBUTES_KEY = ".zattrs";

/**
 * The labels of an array.
 *
 * @param attributes format 2: the contents of its `.zattrs`
 */
export function zarrLabels(document: ZarrDocument, attributes: unknown): ZarrLabels {
  const found = document.zarr_format === 2 ? attributes : document.attributes;
  const { [DIMENSIONS]: inAttributes, ...rest } = recordOf(found);
  const dims = document.dimension_names ?? inAttributes;
  const { length } = document.shape as readonly unknown[];
  return { attributes: rest, ...(areNames(dims, length) ? { dims } : {}) };
}

/** A group's attributes. */
export function groupAttributes(
  document: ZarrDocument,
  attributes: unknown,
): Readonly<Record<string, unknown>> {
  return recordOf(document.zarr_format === 2 ? attributes : document.attributes);
}

/** The metadata with these labels. */
export function withZarrLabels(
  document: ZarrDocument,
  { dims, attributes = {} }: ZarrLabels,
): ZarrDocument {
  if (document.zarr_format === 2) return document;
  return { ...document, attributes, ...(dims === undefined ? {} : { dimension_names: dims }) };
}

/** Format 2: the contents of `.zattrs`; undefined if nothing is in it. */
export function attributesFile({ dims, attributes = {} }: ZarrLabels): ZarrDocument | undefined {
  const hasNames = dims?.every((name) => name !== null) === true;
  const all = hasNames ? { ...attributes, [DIMENSIONS]: dims } : attributes;
  return Object.keys(all).length === 0 ? undefined : all;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : {};
}

function areNames(value: unknown, length: number): value is readonly (string | null)[] {
  return (
    Array.isArray(value) &&
    value.length === length &&
    value.every((name) => name === null || typeof name === "string")
  );
}
