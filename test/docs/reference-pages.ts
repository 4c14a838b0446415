// The pages of docs/reference that are made from the source: commands with their options, and the options of
// programs. reference.test.ts holds the pages to them; `UPDATE=1` writes them again.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { commandLine } from "../../src/cli/command-line.js";
import { random } from "../../src/index.js";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** What users pass to a call, and the public types that say so. */
const OPTION_TYPES: readonly (readonly [call: string, type: string])[] = [
  ["`compute`, and every job", "JobOptions"],
  ["`x.compute(options)`, `compute(xs, options)`", "ComputeOptions"],
  ["`x.persist(options)`", "PersistOptions"],
  ["`LocalCluster.start(options)`", "LocalClusterOptions"],
  ["`Client.connect(address, options)`", "ClientOptions"],
  ["`x.visualize(options)`", "VisualizeOptions"],
  ["`x.explain(options)`", "ExplainOptions"],
];

/** docs/reference/commands.md: what `--help` prints, command by command. */
export function commandsPage(): string {
  const program = commandLine("0.0.0", () => undefined);
  program.configureHelp({ helpWidth: 100, showGlobalOptions: false });
  const sections = program.commands.map((command) => {
    command.configureHelp({ helpWidth: 100 });
    const help = command.helpInformation().replace(/^Usage: .*\n\n/, "");
    return `## tilework ${command.name()}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n`;
  });
  return [
    "# Commands",
    "",
    "Run them with `npx tilework COMMAND`. This page is generated from the command line itself.",
    "",
    "Exit codes: 0 success, 1 failure, 2 a command line with mistakes, 130 interrupted by Ctrl-C.",
    "",
    ...sections,
  ].join("\n");
}

/** docs/guide/mean.svg: the picture of the guide's first lines. */
export async function meanPicture(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tilework-picture-"));
  const file = join(folder, "tasks.svg");
  try {
    const x = random([4_000, 4_000], { chunks: [1_000, 1_000], seed: 1 });
    const mean = x.add(x.transpose()).mean();
    await mean.visualize({ file, level: "tasks", optimize: "both" });
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** docs/reference/options.md: the members of the public option types with their docstrings. */
export function optionsPage(): string {
  const program = ts.createProgram([resolve(root, "src/index.ts")], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const entry = program.getSourceFile(resolve(root, "src/index.ts"));
  const module = entry && checker.getSymbolAtLocation(entry);
  if (module === undefined) throw new Error("src/index.ts has no exports");
  const exported = new Map(checker.getExportsOfModule(module).map((it) => [it.name, it]));
  const sections = OPTION_TYPES.map(([call, name]) => {
    const symbol = exported.get(name);
    if (symbol === undefined) throw new Error(`${name} is not exported`);
    const own =
      (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    const rows = checker
      .getDeclaredTypeOfSymbol(own)
      .getProperties()
      .filter((member) => member.getJsDocTags(checker).every((tag) => tag.name !== "internal"))
      .map((member) => optionRow(checker, member));
    return [
      `## ${name}`,
      "",
      `Of ${call}.`,
      "",
      "| option | type | meaning |",
      "|---|---|---|",
      ...rows,
      "",
    ].join("\n");
  });
  return [
    "# Options",
    "",
    "Options of calls that run, connect or show something. This page is generated from the docstrings.",
    "An unknown option is refused by name.",
    "",
    ...sections,
  ].join("\n");
}

function optionRow(checker: ts.TypeChecker, member: ts.Symbol): string {
  const declaration = member.declarations?.[0];
  const type =
    declaration !== undefined && ts.isPropertySignature(declaration) && declaration.type
      ? declaration.type.getText()
      : (declaration?.getText() ?? "");
  const meaning = ts
    .displayPartsToString(member.getDocumentationComment(checker))
    .replace(/\{@link ([^}]+)\}/g, "`$1`");
  const cell = (text: string) => text.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
  return `| \`${member.name}\` | \`${cell(type)}\` | ${cell(meaning)} |`;
}
