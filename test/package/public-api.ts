// All public names and signatures, as the installed package declares them, without comments: what public-api.txt holds.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ENTRIES = ["index", "array", "diagnostics", "scheduler", "sim"] as const;

/** The text of public-api.txt for the package in a folder. */
export function publicApi(folder: string): string {
  const entries = ENTRIES.map((entry) => {
    const names = readFileSync(join(folder, "dist/types", `${entry}.d.ts`), "utf8")
      .replace(/^[\s\S]*?export \{\n|\} from [\s\S]*$/g, "")
      .replace(/^ {2}(type )?|,$/gm, "")
      .trim()
      .replaceAll("\n", " ");
    const title = entry === "index" ? "tilework" : `tilework/${entry}`;
    return `${title}\n${wrapped(names)}\n`;
  });
  const declared = readFileSync(join(folder, "dist/types/tilework.d.ts"), "utf8");
  return `${entries.join("\n")}\n${withoutComments(declared)}`;
}

function wrapped(names: string): string {
  return names.replace(/(.{1,110})(?: |$)/g, "  $1\n").trimEnd();
}

function withoutComments(text: string): string {
  const file = ts.createSourceFile("tilework.d.ts", text, ts.ScriptTarget.ES2022);
  return ts.createPrinter({ removeComments: true }).printFile(file);
}
