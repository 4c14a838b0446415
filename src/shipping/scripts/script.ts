// The scripts of captured functions: their files, syntax trees and source maps, each read once.
import { existsSync, readFileSync } from "node:fs";
import { createRequire, SourceMap } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OWN_ROOT } from "../../base/error-text.js";
import { type ParsedScript, parseScript } from "../../functions/bindings.js";
import { isSettled } from "../../functions/constant-bindings.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import { type Inspected, inspectScript, scriptsOnStack } from "./inspect-function.js";

/** A script of the user's. */
export class Script {
  /**
   * A file URL where the script has a file; `node:…` of Node itself; empty for text without a name.
   */
  readonly url: string;
  readonly source: string;
  readonly isModule: boolean;
  readonly #lineStarts: readonly number[];
  readonly #sourceMapUrl: string;
  #parsed: ParsedScript | undefined | null = null;
  #sourceMap: SourceMap | undefined | null = null;
  readonly #settled = new Map<string, boolean>();

  constructor(url: string, source: string, sourceMapUrl: string, isModule: boolean) {
    this.url = fileUrl(url);
    this.source = source;
    this.isModule = isModule;
    this.#sourceMapUrl = sourceMapUrl;
    const starts = [0];
    for (let i = source.indexOf("\n"); i >= 0; i = source.indexOf("\n", i + 1)) starts.push(i + 1);
    this.#lineStarts = starts;
  }

  /** Undefined when the script cannot be parsed. */
  get parsed(): ParsedScript | undefined {
    if (this.#parsed === null) this.#parsed = parseScript(this.source);
    return this.#parsed;
  }

  /**
   * Whether its text shows that variables of this name keep their value and are no imports: cheaper
   * than parsing it.
   */
  isSettled(name: string): boolean {
    let known = this.#settled.get(name);
    if (known === undefined) {
      known = this.#parsed === null && isSettled(this.source, name);
      this.#settled.set(name, known);
    }
    return known;
  }

  /** The offset of a place, in characters. */
  offsetOf(line: number, column: number): number {
    return (this.#lineStarts[line] ?? this.source.length) + column;
  }

  /** The place at an offset, in characters. */
  placeOf(offset: number): { readonly line: number; readonly column: number } {
    let line = this.#lineStarts.findLastIndex((start) => start <= offset);
    if (line < 0) line = 0;
    return { line, column: offset - (this.#lineStarts[line] as number) };
  }

  /**
   * URLs of the files that it imports by relative paths, as far as its text shows; maybe of others.
   */
  get imports(): readonly string[] {
    const specifiers = this.source.matchAll(/\b(?:from|import)\s*["'](\.\.?\/[^"'\n]+)["']/g);
    return Array.from(specifiers, ([, specifier]) => new URL(specifier as string, this.url).href);
  }

  /** Whether `text` occurs there, around a place in it. */
  holds(text: string, offset: number): boolean {
    const start = this.source.lastIndexOf(text, offset);
    return start >= 0 && offset < start + text.length;
  }

  /** The source map of the script; undefined if the script was not compiled. */
  get sourceMap(): SourceMap | undefined {
    if (this.#sourceMap === null) this.#sourceMap = readSourceMap(this.#sourceMapUrl, this.url);
    return this.#sourceMap;
  }
}

const scripts = new Map<string, Script | undefined>();

/** The script that contains a function. */
export function scriptOf(f: AnyFunction, inspected: Inspected): Script | undefined {
  const { scriptId } = inspected;
  if (scriptId === undefined) return undefined;
  if (!scripts.has(scriptId)) {
    scripts.set(scriptId, scriptNearby(f, inspected) ?? inspectedScript(scriptId));
  }
  return scripts.get(scriptId);
}

/** The script of this file that a function was found in; the last one where there were several. */
export function foundScript(url: string): Script | undefined {
  return [...scripts.values()].findLast((script) => script?.url === url);
}

/**
 * Usually the caller has written the function, or imports it: then it is in a file that Node runs
 * directly, and the inspector's list of all scripts is not needed.
 */
function scriptNearby(f: AnyFunction, { scriptId, line, column }: Inspected): Script | undefined {
  const text = Function.prototype.toString.call(f);
  const holdsIt = (file: Script) => file.holds(text, file.offsetOf(line, column));
  const onStack = scriptsOnStack();
  const own = onStack.get(scriptId as string);
  if (own !== undefined) return [fileScript(own)].find((file) => file && holdsIt(file));
  const callers = [...new Set(onStack.values())].filter((url) => !url.startsWith(OWN_ROOT));
  const near = new Set(callers.flatMap((url) => fileScript(url)?.imports ?? []));
  const files = [...near].flatMap((url) => fileScript(url) ?? []).filter(holdsIt);
  return files.length === 1 ? files[0] : undefined;
}

const files = new Map<string, Script | undefined>();

/** The script in a file of JavaScript, as Node reads it; undefined where there is none. */
export function fileScript(url: string): Script | undefined {
  if (!files.has(url)) files.set(url, readFile(url));
  return files.get(url);
}

function readFile(url: string): Script | undefined {
  if (!/^file:.*\.[cm]?js(\?|$)/.test(url)) return undefined;
  const path = fileURLToPath(url.replace(/[?#].*$/, ""));
  if (!existsSync(path)) return undefined;
  const source = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  const reference = [...source.matchAll(/^\/\/# sourceMappingURL=(\S+)\s*$/gm)].at(-1)?.[1] ?? "";
  return new Script(url, source, reference, !Object.hasOwn(createRequire(url).cache, path));
}

function inspectedScript(scriptId: string): Script | undefined {
  const found = inspectScript(scriptId);
  return found && new Script(found.url, found.source, found.sourceMapUrl, found.isModule);
}

/** Compilers and test runners name scripts by path, or add a query to the file's URL. */
function fileUrl(url: string): string {
  const bare = url.replace(/[?#].*$/, "");
  return /^(\/|[A-Za-z]:[\\/])/.test(bare) ? pathToFileURL(bare).href : bare;
}

function readSourceMap(reference: string, scriptUrl: string): SourceMap | undefined {
  if (reference === "") return undefined;
  try {
    const inline = reference.match(/^data:[^,]*?(;base64)?,(.*)$/s);
    const text = inline
      ? Buffer.from(
          decodeURIComponent(inline[2] as string),
          inline[1] ? "base64" : "utf8",
        ).toString()
      : readBeside(reference, scriptUrl);
    return text === undefined ? undefined : new SourceMap(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function readBeside(reference: string, scriptUrl: string): string | undefined {
  const path = fileURLToPath(new URL(reference, scriptUrl));
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
