// Anyone who knows dask.array, the array API standard or NumPy finds its names in camelCase, or a
// reason why not: the names are a fixture, the reasons are a page of the documentation.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as tilework from "../../src/index.js";
import names from "../fixtures/dask_names.json" with { type: "json" };

interface Space {
  readonly space: string;
  /** Where names are looked for: the entry, a namespace of it, or a class. */
  readonly at: string;
  readonly names: readonly string[];
  /** What has another name here. */
  readonly renamed: Readonly<Record<string, string>>;
  /** Why a name is left out. */
  readonly others: Readonly<Record<string, string>>;
}

const spaces = names.spaces as unknown as Space[];

const camelCase = (name: string) =>
  name.replace(/^_+|_+$/g, "").replace(/_+([a-zA-Z0-9])/g, (_, c: string) => c.toUpperCase());

function hasName({ at }: Space, name: string): boolean {
  const entry = tilework as unknown as Record<string, unknown>;
  const found = at === "" ? entry : entry[at];
  if (typeof found !== "function") return Object.hasOwn(found as object, name);
  return name in (found.prototype as object) || ["shape", "node"].includes(name);
}

describe.each(spaces.map((space) => [space.space, space] as const))("%s", (_name, space) => {
  it("has each name here, or a reason", () => {
    const missing = space.names.filter((name) => {
      if (name in space.others) return false;
      const ours = space.renamed[name] ?? camelCase(name);
      return !hasName(space, ours) && !hasName({ ...space, at: "" }, ours);
    });
    expect(missing).toEqual([]);
  });

  it("gives reasons only for what is not here", () => {
    const stale = Object.keys(space.others).filter((name) => hasName(space, camelCase(name)));
    expect(stale).toEqual([]);
    const unknown = Object.keys({ ...space.others, ...space.renamed }).filter(
      (name) => !space.names.includes(name),
    );
    expect(unknown).toEqual([]);
  });
});

/** The rows of the page: names, and what is for them or why nothing does. */
function rowsOf({ renamed, others }: Space): string[] {
  const groups = new Map<string, string[]>();
  const add = (name: string, text: string) => groups.set(text, [...(groups.get(text) ?? []), name]);
  for (const [name, ours] of Object.entries(renamed)) add(name, `\`${ours}\``);
  for (const [name, reason] of Object.entries(others)) add(name, reason);
  return [...groups].map(
    ([text, list]) => `| ${list.map((n) => `\`${n}\``).join(", ")} | ${text} |`,
  );
}

it("docs/reference/names.md says so", () => {
  const page = readFileSync(new URL("../../docs/reference/names.md", import.meta.url), "utf8");
  for (const space of spaces) {
    const rows = rowsOf(space);
    if (rows.length === 0) continue;
    const table = [`## ${space.space}`, "", "| there | here |", "|---|---|", ...rows].join("\n");
    expect(page, space.space).toContain(table);
  }
});
