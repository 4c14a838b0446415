// Every pass has a page of its own in docs/internals: its rule, cost, an example before and after,
// and how it is switched off. explain() names it.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ones } from "../../src/array/index.js";
import { graphBelow } from "../../src/graph/model/layer-graph.js";
import { explainPasses, PASS_NAMES } from "../../src/graph/passes/optimize.js";

const internals = new URL("../../docs/internals/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, internals), "utf8");
const fileOf = (pass: string) =>
  `pass-${pass.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.md`;

describe("the page of a pass", () => {
  it.each(PASS_NAMES)("says what %s does, costs and saves", (pass) => {
    const page = read(fileOf(pass));
    const headings = page.match(/^#+ .*$/gm);
    expect(headings).toEqual([`# ${pass}`, "## Rule", "## Cost", "## Example"]);
    expect(page).toContain(`compute({ passes: { ${pass}: false } })`);
    expect(page).toMatch(/src\/graph\/passes\/[a-z-]+\.ts\)/);
  });

  it.each(PASS_NAMES)("is found from the overviews: %s", (pass) => {
    expect(read("README.md")).toContain(`./${fileOf(pass)}`);
    expect(read("README.md")).toContain(`[${pass}](${fileOf(pass)})`);
    expect(read("architecture.md")).toContain(`| [\`${pass}\`](${fileOf(pass)}) |`);
  });
});

describe("explain", () => {
  it("names all passes in their order, and leaves out those that are switched off", () => {
    const graph = graphBelow([ones([4], { chunks: 2 }).add(1).node]);
    const namesOf = (passes = {}) => explainPasses(graph, { passes }).map(({ pass }) => pass);
    expect(namesOf()).toEqual(["given", ...PASS_NAMES]);
    for (const pass of PASS_NAMES) {
      const left = PASS_NAMES.filter((name) => name !== pass);
      expect(namesOf({ [pass]: false })).toEqual(["given", ...left]);
    }
  });
});
