// JSON Schemas of what `tilework observe --json` prints and `/api/v1` answers, from the types of
// these. docs/reference has them as files.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { OBSERVE_COMMANDS, type ObserveCommand } from "../../src/cli/look/observe-commands.js";
import { ENDPOINTS } from "../../src/dashboard/views/api.js";
import { WORKER_ENDPOINTS } from "../../src/dashboard/views/worker-api.js";

const root = resolve(fileURLToPath(new URL("../../src", import.meta.url)));

/** The files that have the types. */
const FILES = [
  "diagnostics/observed/answers",
  "protocol/values/observation",
  "protocol/values/named-spans",
  "protocol/values/thread-profiles",
  "protocol/values/listed-rows",
];

/** What each command prints with `--json`. */
const PRINTED: Readonly<Record<ObserveCommand, string>> = {
  overview: "OverviewAnswer",
  layers: "ObservedLayer[]",
  workers: "ObservedWorker[]",
  timeline: "NamedSpan[]",
  transfers: "TransferRow[]",
  memory: "MemoryAnswer",
  stragglers: "StragglerRow[]",
  "critical-path": "PathRow[]",
  spans: "ObservedNamedSpan[]",
  task: "TaskAnswer",
  events: "ObservedEvent[]",
  errors: "ObservedError[]",
  page: "Observation",
};

/** NaN is null in JSON. */
const MAY_BE_NAN = new Set(["clockOffsetMs"]);

type Schema = Readonly<Record<string, unknown>>;

/** The schema of all commands: `#/$defs/COMMAND`. */
export function observeSchema(): Schema {
  const types = OBSERVE_COMMANDS.map((name) => [name, PRINTED[name]] as const);
  return schemaOf("What `tilework observe COMMAND SOURCE --json` prints", types);
}

/**
 * The schema of all paths: `#/$defs/PATH`, without `/api/v1/`; those of workers' own pages after
 * `worker-page/`.
 */
export function apiSchema(): Schema {
  const types = [
    ...Object.entries(ENDPOINTS).map(([path, { answer }]) => [path.slice(1), answer] as const),
    ...Object.entries(WORKER_ENDPOINTS).map(([path, { answer }]) => {
      return [`worker-page${path}`, answer] as const;
    }),
  ];
  return schemaOf("What the paths of `/api/v1` answer", types);
}

/** Files that both schemas read, by their names. */
const parsed = new Map<string, ts.SourceFile>();

function schemaOf(title: string, types: readonly (readonly [string, string])[]): Schema {
  const path = resolve(root, "schemas.ts");
  const imports = FILES.map((file) => `export * from "./${file}.js";`);
  const names = FILES.map((file, k) => `import type * as m${k} from "./${file}.js";`);
  const text = [
    ...[...imports, ...names],
    ...types.map(([, type], k) => `export type Answer${k} = ${qualified(type)};`),
  ].join("\n");
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ target: ts.ScriptTarget.ES2022, lib: ["lib.es2022.d.ts"] },
    ...{ module: ts.ModuleKind.NodeNext, exactOptionalPropertyTypes: true },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => {
    if (name === path) return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    const file = parsed.get(name) ?? getSourceFile.call(host, name, ...rest);
    if (file !== undefined) parsed.set(name, file);
    return file;
  };
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => name === path || exists(name);
  const program = ts.createProgram([path], options, host);
  const file = program.getSourceFile(path) as ts.SourceFile;
  const schemas = new Schemas(program.getTypeChecker());
  const answers = file.statements.filter(ts.isTypeAliasDeclaration);
  const defs = answers.map((node, k) => [types[k]?.[0], schemas.of(node.type)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title,
    $defs: { ...Object.fromEntries(defs), ...schemas.named },
  };
}

/** Types are found by their names in one of the files. */
function qualified(type: string): string {
  return type.replace(/\b[A-Z]\w+/g, (name) => `import("./schemas.js").${name}`);
}

/** Turns types into schemas; interfaces become definitions of their own. */
class Schemas {
  readonly named: Record<string, Schema> = {};
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  of(node: ts.TypeNode): Schema {
    return this.#schema(this.#checker.getTypeFromTypeNode(node));
  }

  #schema(type: ts.Type): Schema {
    if (type.isUnion()) return this.#union(type);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.String) return { type: "string" };
    if (type.flags & ts.TypeFlags.Number) return { type: "number" };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: "boolean" };
    if (this.#checker.isArrayType(type)) {
      const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return { type: "array", items: this.#schema(item as ts.Type) };
    }
    if (!(type.flags & ts.TypeFlags.Object)) {
      throw new Error(`there is no schema of ${this.#checker.typeToString(type)}`);
    }
    const name = type.symbol.name;
    if (name.startsWith("__")) return this.#object(type);
    if (this.named[name] === undefined) {
      this.named[name] = {};
      this.named[name] = this.#object(type);
    }
    return { $ref: `#/$defs/${name}` };
  }

  #union({ types }: ts.UnionType): Schema {
    const isBoolean = types.every((type) => type.flags & ts.TypeFlags.BooleanLike);
    if (isBoolean) return { type: "boolean" };
    return { enum: types.map((type) => (type as ts.LiteralType).value).sort() };
  }

  #object(type: ts.Type): Schema {
    const properties = type.getProperties().map((symbol) => {
      const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
      const whole = this.#checker.getTypeOfSymbol(symbol);
      const own = isOptional ? this.#checker.getNonNullableType(whole) : whole;
      const about = ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
      const found = this.#schema(own);
      const schema = MAY_BE_NAN.has(symbol.name) ? { type: ["number", "null"] } : found;
      const description = about === "" ? {} : { description: about.replaceAll("\n", " ") };
      return { name: symbol.name, isOptional, schema: { ...schema, ...description } };
    });
    return {
      type: "object",
      properties: Object.fromEntries(properties.map(({ name, schema }) => [name, schema])),
      required: properties.filter(({ isOptional }) => !isOptional).map(({ name }) => name),
      additionalProperties: false,
    };
  }
}
