// All public names and signatures, as the installed package declares them, without comments: what
// public-api.txt holds. A line for each name, so that two changes merge.
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
  const printer = ts.createPrinter({ removeComments: true });
  const { transformed } = ts.transform(file, [inOrder(printer, file)]);
  return printer.printFile(transformed[0] as ts.SourceFile);
}

/**
 * Puts fields and unions in order: in types that it infers, the compiler lists them as it has met
 * them.
 */
function inOrder(printer: ts.Printer, file: ts.SourceFile): ts.TransformerFactory<ts.SourceFile> {
  const sorted = <N extends ts.Node>(nodes: readonly N[]): N[] => {
    const texts = new Map(
      nodes.map((node) => [node, printer.printNode(ts.EmitHint.Unspecified, node, file)]),
    );
    const textOf = (node: N) => texts.get(node) ?? "";
    return [...nodes].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  };
  return (context) => {
    const visit = (node: ts.Node): ts.Node => {
      const inner = ts.visitEachChild(node, visit, context);
      if (ts.isUnionTypeNode(inner))
        return context.factory.createUnionTypeNode(sorted(inner.types));
      if (!ts.isTypeLiteralNode(inner) || !inner.members.every(ts.isPropertySignature))
        return inner;
      return context.factory.createTypeLiteralNode(sorted(inner.members));
    };
    return (all) => ts.visitEachChild(all, visit, context);
  };
}
