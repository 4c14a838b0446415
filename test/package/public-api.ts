// All public names and signatures, as the installed package declares them, without comments: what public-api.txt holds. A line for each
// name, so that two changes merge.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ENTRIES = ["index", "array", "diagnostics", "scheduler", "sim"] as const;

/** The text of public-api.txt for the package in a folder. */
export function publicApi(folder: string): string {
  const entries = ENTRIES.map((entry) => {
    const text = readFileSync(join(folder, "dist/types", `${entry}.d.ts`), "utf8");
    const names = text.slice(text.indexOf("export {\n") + 9, text.lastIndexOf("} from"));
    return `${entry === "index" ? "tilework" : `tilework/${entry}`}\n${names.replaceAll(",\n", "\n")}`;
  });
  const declared = readFileSync(join(folder, "dist/types/tilework.d.ts"), "utf8");
  return `${entries.join("\n")}\n${withoutComments(declared)}`;
}

function withoutComments(text: string): string {
  const file = ts.createSourceFile("tilework.d.ts", text, ts.ScriptTarget.ES2022);
  return ts.createPrinter({ removeComments: true }).printFile(file);
}
