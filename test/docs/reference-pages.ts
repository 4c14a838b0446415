// The pages of docs/reference that are made from the source: commands with their options, and the
// options of programs. reference.test.ts holds the pages to them; `UPDATE=1` writes them again.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { commandLine } from "../../src/cli/command-line.js";
import { CONFIG_NAMES, describeKey } from "../../src/config/config-layers.js";
import { random } from "../../src/index.js";
import { entryModules } from "./exports.js";

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
  const sections = program.commands.flatMap((command) => {
    const inner = command.commands.map(
      (each) => [each, `${command.name()} ${each.name()}`] as const,
    );
    return [[command, command.name()] as const, ...inner].map(([each, name]) => {
      each.configureHelp({ helpWidth: 100 });
      const help = each.helpInformation().replace(/^Usage: .*\n\n/, "");
      return `## tilework ${name}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n`;
    });
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

/** docs/reference/configuration.md: every key. */
export function configurationPage(): string {
  const groups = new Map<string, string[]>();
  for (const name of CONFIG_NAMES) {
    const { kind, initial, otherwise, meaning, environmentOnly } = describeKey(name);
    const group = name.includes(".") ? name.slice(0, name.indexOf(".")) : "The process itself";
    const standard = initial === undefined ? otherwise : `\`${kind.show(initial)}\``;
    const where = environmentOnly ? " Only by the environment." : "";
    const cells = [`\`${name}\``, kind.expected, standard ?? "", `${meaning}${where}`];
    const row = `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    groups.set(group, [...(groups.get(group) ?? []), row]);
  }
  return [
    "# Configuration",
    "",
    "Keys for files, the environment and code; [how values are found](../how-to/configure.md).",
    "In the environment `worker.memoryLimit` is `TILEWORK_WORKER_MEMORY_LIMIT`. This page is",
    "generated from the table of keys.",
    "",
    ...[...groups].flatMap(([group, rows]) => [
      `## ${group}`,
      "",
      "| key | value | default | meaning |",
      "|---|---|---|---|",
      ...rows,
      "",
    ]),
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
  const { modules, checker } = entryModules();
  const [module] = modules;
  if (module === undefined) throw new Error("src/index.ts is no entry");
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
