// Bundles programs of the consumer as docs/reference/entries.md says, by esbuild and by Vite.
import { join } from "node:path";
import { build as esbuild } from "esbuild";
import { build as vite } from "vite";

/** Packages with native code, which no bundler can put into a file. */
const NATIVE = ["zeromq", "koffi"];

/** What esbuild needs for packages in CommonJS that a module holds: they call `require` for Node's own modules. */
const REQUIRE =
  'import * as nodeModule from "node:module"; const require = nodeModule.createRequire(import.meta.url);';

/** Makes `<outDir>/<name>-esbuild.mjs` of a program; gives what that imports. */
export async function bundledByEsbuild(
  folder: string,
  name: string,
  outDir: string,
): Promise<string[]> {
  const out = `${name}-esbuild.mjs`;
  const { metafile } = await esbuild({
    absWorkingDir: folder,
    entryPoints: [`${name}.mjs`],
    outfile: join(outDir, out),
    bundle: true,
    format: "esm",
    platform: "node",
    external: NATIVE,
    ...(name === "whole" ? { banner: { js: REQUIRE } } : {}),
    metafile: true,
    logLevel: "error",
  });
  const [made] = Object.values(metafile.outputs);
  return made?.imports.map(({ path }) => path) ?? [];
}

/** Makes `<outDir>/<name>-vite.mjs` of a program, and the files beside it. */
export async function bundledByVite(folder: string, name: string, outDir: string): Promise<void> {
  await vite({
    root: folder,
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true, external: NATIVE },
    build: {
      ssr: `${name}.mjs`,
      outDir,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: `${name}-vite.mjs` } },
    },
  });
}
