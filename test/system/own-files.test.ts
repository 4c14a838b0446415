// Files that are loaded by their place are found from the source, from dist/ and from the bundle.
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { findOwnFile, ownFile } from "../../src/system/own-files.js";

const BUNDLE = new URL("../../dist/bundle/", import.meta.url).href;

describe("own files", () => {
  test("are those of the bundle, also for modules outside of it", async () => {
    const built = new URL("../../dist/system/own-files.js", import.meta.url);
    const { ownFile: fromDist } = (await import(
      pathToFileURL(fileURLToPath(built)).href
    )) as typeof import("../../src/system/own-files.js");
    for (const path of ["cli/main.js", "runtime/thread-main.js"]) {
      expect(ownFile(path).href).toBe(`${BUNDLE}${path}`);
      expect(fromDist(path).href).toBe(`${BUNDLE}${path}`);
    }
  });

  test("need no build where they are read as they are", () => {
    const page = new URL("../../src/diagnostics/pictures/page/page.css", import.meta.url);
    const found = ownFile("diagnostics/pictures/page/page.css");
    expect(readFileSync(found, "utf8")).toBe(readFileSync(page, "utf8"));
  });

  test("are missed by name", () => {
    expect(findOwnFile("cli/absent.js")).toBeUndefined();
    expect(() => ownFile("cli/absent.js")).toThrow(
      /dist\/bundle\/cli\/absent\.js is not there: run `npm run build` first/,
    );
  });
});
