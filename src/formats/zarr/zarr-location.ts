// Where Zarr arrays are: in a folder or behind a URL, and their parts under keys below that.

/** Whether a location is a URL that is read over HTTP. */
export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location);
}

/** The file or URL of a key below a location; what a URL asks after `?` is asked there, too. */
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
