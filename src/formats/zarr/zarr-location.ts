// The keys of the parts of Zarr arrays.
import { ArgumentError } from "../../base/errors.js";

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
