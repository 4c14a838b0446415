// Maps lines in stacks from workers back to the user's source, if the code was compiled and has a
// source map.
import { pathToFileURL } from "node:url";
import { OWN_ROOT } from "../../base/error-text.js";
import { fileScript, foundScript, type Script } from "./script.js";

/** The same stack, with places in the files that scripts were compiled from. */
export function originalStack(stack: string): string {
  return stack.replace(
    /(file:\/\/[^\s()]+?):(\d+):(\d+)/g,
    (place: string, url: string, line: string, column: string) =>
      originalPlace(url, Number(line), Number(column)) ?? place,
  );
}

function originalPlace(url: string, line: number, column: number): string | undefined {
  const entry = scriptAt(url)?.sourceMap?.findEntry(line - 1, column - 1);
  if (entry === undefined || !("originalSource" in entry)) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  const isPath = /^(\/|[A-Za-z]:[\\/])/.test(originalSource);
  const source = isPath ? pathToFileURL(originalSource).href : new URL(originalSource, url).href;
  return `${source}:${originalLine + 1}:${originalColumn + 1}`;
}

/**
 * One that a function was found in, or a file here of the same name as that which it imported
 * there.
 */
function scriptAt(url: string): Script | undefined {
  const known = foundScript(url);
  if (known !== undefined) return known;
  return url.startsWith(OWN_ROOT) || url.includes("/node_modules/") ? undefined : fileScript(url);
}
