// Bundles programs of the consumer by esbuild and by Vite, with the settings that
// docs/how-to/use-a-bundler.md has.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { type BuildOptions, build as esbuild } from "esbuild";
import { type InlineConfig, build as vite } from "vite";

const page = readFileSync(new URL("../../docs/how-to/use-a-bundler.md", import.meta.url), "utf8");

/** What the page gives a bundler, in each of its examples. */
function settingsFor<Settings>(bundler: string): Settings[] {
  const examples = [...page.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
  const importing = `import { build } from "${bundler}";\n`;
  return examples
    .filter((code) => code.startsWith(importing))
    .map((code) => code.slice(importing.length).replace(/^await build\(/m, "build("))
    .map((code) => runInThisContext(`(build) => ${code.trim().replace(/;$/, "")}`))
    .map((call: (build: (settings: Settings) => Settings) => Settings) => call((given) => given));
}

/** Settings of a program of arrays alone, and of one of everything. */
const [alone, whole] = settingsFor<BuildOptions>("esbuild");
const [either] = settingsFor<InlineConfig>("vite");

/** Makes `<outDir>/<name>-esbuild.mjs` of a program; gives the files in it, and what it imports. */
export async function bundledByEsbuild(
  folder: string,
  name: "alone" | "whole",
  outDir: string,
): Promise<string[]> {
  const { metafile } = await esbuild({
    ...(name === "alone" ? alone : whole),
    absWorkingDir: folder,
    entryPoints: [`${name}.mjs`],
    outfile: join(outDir, `${name}-esbuild.mjs`),
    metafile: true,
    logLevel: "error",
  });
  const [made] = Object.values(metafile.outputs);
  const imported = made?.imports.map(({ path }) => path) ?? [];
  return [...Object.keys(metafile.inputs), ...imported];
}

/** Makes `<outDir>/<name>-vite.mjs` of a program, and the files beside it. */
export async function bundledByVite(
  folder: string,
  name: "alone" | "whole",
  outDir: string,
): Promise<void> {
  await vite({
    ...either,
    root: folder,
    configFile: false,
    logLevel: "error",
    build: {
      ...either?.build,
      ssr: `${name}.mjs`,
      outDir,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: `${name}-vite.mjs` } },
    },
  });
}
