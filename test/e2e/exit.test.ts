// Programs end when they have nothing left to do, whatever they keep on workers.
import { describe, expect, it } from "vitest";
import { printedBy } from "./program.js";

const entry = new URL("../../dist/bundle/main/index.js", import.meta.url).href;

/** What a program prints, which has to end by itself. */
async function output(program: string): Promise<string> {
  const source = `import * as t from ${JSON.stringify(entry)};\n${program}`;
  return (await printedBy("--input-type=module", "--eval", source)).trim();
}

describe("a program", () => {
  it("ends with arrays persisted in this process", async () => {
    const program = `
      const x = await t.ones([8], { chunks: 4 }).persist();
      const y = await x.add(1).persist({ wait: false });
      console.log(await y.sum().compute());`;
    expect(await output(program)).toBe("16");
  });

  it("ends with futures that it still refers to, once its cluster is closed", async () => {
    const program = `
      const cluster = await t.LocalCluster.start({ workers: 1 });
      const future = cluster.client.submit((x) => x + 1, 1);
      const x = await t.ones([8]).persist();
      console.log(await future, x.size);
      await cluster.close();`;
    expect(await output(program)).toBe("2 8");
  });
});
