// Locations of Zarr arrays: a folder or a URL, and the keys of their parts.
import { ArgumentError } from "../../base/errors.js";

/** Whether a location is a URL that is read over HTTP. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

/** The file or URL of a key below a location; a URL keeps its query. */
export function placeOf(location: string, key: string): string {
  if (!isUrl(location)) return key === "" ? location : `${location.replace(/\/+$/, "")}/${key}`;
  const url = new URL(location);
  if (key !== "") url.pathname = `${url.pathname.replace(/\/+$/, "")}/${key}`;
  return url.href;
}

/** The key of an array's metadata. */
export function metadataKey(format: unknown): string {
  return format === 2 ? ".zarray" : "zarr.json";
}

/** The path of an array in its hierarchy, without slashes at its ends. */
export function checkComponent(component: string): string {
  const trimmed = component.replace(/^\/+|\/+$/g, "");
  if (!trimmed.split("/").some((part) => part === ".." || part === ".")) return trimmed;
  const text = `component is ${JSON.stringify(component)}: expected a path inside the hierarchy`;
  throw new ArgumentError("value", text, { component });
}
