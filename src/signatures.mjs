// The arguments of an entry's functions, read off their types: how many arguments, and which
// options. The bundle holds calls to it (bundle.mjs), so that a program without types hears of its
// mistakes, too.
import ts from "typescript";

const OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  types: ["node"],
};

/**
 * Properties of functions and errors that are no methods of ours, and what JSON.stringify calls
 * with a key.
 */
const NOT_OURS = new Set([
  "toJSON",
  "prototype",
  "captureStackTrace",
  "prepareStackTrace",
  "stackTraceLimit",
]);

/**
 * The signatures of what declaration files export: per file, of functions, of namespaces'
 * functions, and of classes' methods, on instances and on the class.
 */
export function signaturesOf(files) {
  const program = ts.createProgram(files, OPTIONS);
  const checker = program.getTypeChecker();
  return files.map((file) => exportsOf(checker, program.getSourceFile(file)));
}

function exportsOf(checker, file) {
  const found = { functions: {}, namespaces: {}, classes: {}, others: [] };
  const addClass = (path, symbol, type) => {
    if (!(symbol.flags & ts.SymbolFlags.Class)) return;
    const instance = checker.getDeclaredTypeOfSymbol(symbol);
    const [methods, statics] = [instance, type].map((each) => methodsOf(checker, each));
    found.classes[path] = { methods, statics };
  };
  for (const [name, symbol] of valuesOf(checker, checker.getSymbolAtLocation(file))) {
    const type = checker.getTypeOfSymbol(symbol);
    if (type.getCallSignatures().length > 0) found.functions[name] = signatureOf(checker, type);
    else if (symbol.flags & ts.SymbolFlags.ValueModule) {
      const functions = valuesOf(checker, symbol).map(([each, value]) => {
        const inside = checker.getTypeOfSymbol(value);
        addClass(`${name}.${each}`, value, inside);
        return [each, inside];
      });
      found.namespaces[name] = signaturesIn(checker, functions);
    } else {
      addClass(name, symbol, type);
      found.others.push(name);
    }
  }
  return found;
}

/** The exports of a module that exist at run time. */
function valuesOf(checker, module) {
  return checker.getExportsOfModule(module).flatMap((symbol) => {
    if (isTypeOnly(symbol)) return [];
    const isAlias = symbol.flags & ts.SymbolFlags.Alias;
    const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
    return target.flags & ts.SymbolFlags.Value ? [[symbol.name, target]] : [];
  });
}

/** Whether it is exported by `export type`: of a class, its instances alone are known then. */
function isTypeOnly({ declarations = [] }) {
  return declarations.some(
    (each) => ts.isExportSpecifier(each) && (each.isTypeOnly || each.parent.parent.isTypeOnly),
  );
}

function methodsOf(checker, type) {
  const methods = checker.getPropertiesOfType(type).flatMap((property) => {
    const isOurs = !NOT_OURS.has(property.name) && !property.name.startsWith("__");
    if (!isPublic(property)) return [];
    return isOurs ? [[property.name, checker.getTypeOfSymbol(property)]] : [];
  });
  return signaturesIn(checker, methods);
}

function isPublic({ declarations = [] }) {
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  return declarations.every((each) => (ts.getCombinedModifierFlags(each) & hidden) === 0);
}

function signaturesIn(checker, types) {
  const functions = types.filter(([, type]) => type.getCallSignatures().length > 0);
  return Object.fromEntries(functions.map(([name, type]) => [name, signatureOf(checker, type)]));
}

/** The parameters of a call; those of a tuple that takes the rest one by one. */
function parametersOf(checker, call) {
  return call.parameters.flatMap((parameter) => {
    const type = checker.getTypeOfSymbol(parameter);
    const name = parameter.name.startsWith("__") ? "options" : parameter.name;
    if (parameter.valueDeclaration?.dotDotDotToken === undefined) return [{ name, type }];
    const { elementFlags = [], labeledElementDeclarations: labels = [] } = type.target ?? {};
    const isListed = checker.isTupleType(type) && elementFlags.every(isOneElement);
    if (!isListed) return [{ name: `...${name}`, type }];
    return checker.getTypeArguments(type).map((each, i) => ({
      name: labels[i]?.name.getText() ?? name,
      type: each,
    }));
  });
}

function isOneElement(flags) {
  return (flags & (ts.ElementFlags.Required | ts.ElementFlags.Optional)) !== 0;
}

/** The signature of a function; of several, what any of them takes. */
function signatureOf(checker, type) {
  const calls = type.getCallSignatures();
  const lists = calls.map((call) => parametersOf(checker, call));
  const longest = Math.max(...lists.map((list) => list.length));
  const positions = Array.from({ length: longest }, (_, position) => position);
  const parameters = positions.map((position) => {
    const all = lists.flatMap((list) => list[position] ?? []);
    const rest = all.find((each) => each.name.startsWith("..."));
    if (rest !== undefined) return { name: rest.name };
    const kinds = kindsOf(checker, all, all.length < lists.length);
    const name = kinds === "" ? all[0].name : `${all[0].name}:${kinds}`;
    const taken = all.map((each) => takenBy(checker, each.type, each.name));
    if (taken.every((takes) => takes === "plain")) return { name: `${name}!` };
    const options = taken.flatMap((takes) => takes.names ?? []);
    if (options.length === 0 || taken.includes("any object")) return { name };
    const isAlways = taken.every((takes) => takes.isAlways === true);
    return { name, options: (isAlways ? "" : "?") + [...new Set(options)].join(" ") };
  });
  const options = Object.fromEntries(
    parameters.flatMap(({ options }, position) => (options ? [[position, options]] : [])),
  );
  const results = calls.map((call) => checker.getReturnTypeOfSignature(call));
  const isAsync = results.every(({ symbol }) => symbol?.name === "Promise");
  const promised = isAsync ? promisedBy(checker, results) : undefined;
  return {
    parameters: parameters.map(({ name }) => name).join(" "),
    ...(Object.keys(options).length > 0 ? { options } : {}),
    ...(isAsync ? { isAsync } : {}),
    ...(promised === undefined ? {} : { promised }),
  };
}

/** Members of lists that programs use in place of their elements. */
const OF_LISTS = [
  "[]",
  ...["map", "filter", "forEach", "reduce", "slice", "at"].map((f) => `${f}()`),
];

/**
 * What the values of promises have: methods as `name()`, properties as `name`, `[]` for lists, `*`
 * for records. Undefined if there is no value; empty for plain ones, and those of any type.
 */
function promisedBy(checker, promises) {
  const values = promises.map((promise) => checker.getTypeArguments(promise)[0]);
  if (values.every((type) => type.flags & ts.TypeFlags.Void)) return undefined;
  const members = values.flatMap((value) => {
    const base = checker.getBaseConstraintOfType(value) ?? value;
    return (base.isUnion() ? base.types : [base]).flatMap((part) => membersOf(checker, part));
  });
  return [...new Set(members)].join(" ");
}

function membersOf(checker, type) {
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return [];
  if (checker.isArrayLikeType(type)) return OF_LISTS;
  if (checker.getIndexInfosOfType(type).length > 0) return ["*"];
  return checker.getPropertiesOfType(type).flatMap((property) => {
    if (!isPublic(property) || property.name.startsWith("__")) return [];
    const isMethod = checker.getTypeOfSymbol(property).getCallSignatures().length > 0;
    return [isMethod ? `${property.name}()` : property.name];
  });
}

const PLAIN =
  ts.TypeFlags.StringLike |
  ts.TypeFlags.NumberLike |
  ts.TypeFlags.BigIntLike |
  ts.TypeFlags.BooleanLike |
  ts.TypeFlags.Null |
  ts.TypeFlags.Undefined;

/** The kinds of argument that `type` allows: plain values, an object with options, or anything. */
function takenBy(checker, type, name) {
  const bare = checker.getNonNullableType(baseOf(checker, type));
  const parts = (bare.isUnion() ? bare.types : [bare]).map((part) => baseOf(checker, part));
  if (parts.every((part) => isPlain(checker, part))) return "plain";
  const objects = parts.filter((part) => !isPlain(checker, part) && !isFunction(part));
  const names = objects.map((part) => optionsOf(checker, part, name));
  if (names.length === 0 || names.includes(undefined)) return "any object";
  return { names: names.flat(), isAlways: objects.length === parts.length };
}

const { TypeFlags } = ts;
const KINDS = [
  ["s", TypeFlags.StringLike],
  ["n", TypeFlags.NumberLike],
  ["i", TypeFlags.BigIntLike],
  ["b", TypeFlags.BooleanLike],
  ["u", TypeFlags.Null | TypeFlags.Undefined | TypeFlags.Void],
];

/**
 * The kinds of values that a parameter takes in any of its calls, a letter each, as
 * checked-calls.ts reads them; nothing where it takes all.
 *
 * @param isOptional whether there are calls without it
 */
function kindsOf(checker, all, isOptional) {
  const kinds = new Set(isOptional ? ["u"] : []);
  for (const { type } of all) {
    const found = kindsOfType(checker, type);
    if (found === undefined) return "";
    for (const kind of found) kinds.add(kind);
  }
  return [...kinds].sort().join("");
}

/** The same of a type; undefined for one of any values. */
function kindsOfType(checker, given) {
  const type = checker.getBaseConstraintOfType(given) ?? given;
  if (type.isUnion()) {
    const parts = type.types.map((part) => kindsOfType(checker, part));
    return parts.includes(undefined) ? undefined : parts.flat();
  }
  const plain = KINDS.find(([, flags]) => type.flags & flags);
  if (plain !== undefined) return [plain[0]];
  if (type.isIntersection()) return kindsOfIntersection(checker, type);
  if (type.flags & TypeFlags.NonPrimitive) return ["o"];
  if (!(type.flags & TypeFlags.Object)) return undefined;
  if (isFunction(type)) return ["f"];
  if (checker.isArrayType(type) || checker.isTupleType(type)) return ["l"];
  const names = checker.getPropertiesOfType(type).map(({ name }) => name);
  if (names.some((name) => name.startsWith("__@iterator"))) return ["l", "s"];
  return names.length === 0 && checker.getIndexInfosOfType(type).length === 0 ? undefined : ["o"];
}

/** A branded text is a text; what is an object in one part is one. */
function kindsOfIntersection(checker, { types }) {
  const parts = types.map((part) => kindsOfType(checker, part)).filter((kinds) => kinds);
  return parts.find((kinds) => !kinds.includes("o")) ?? parts[0];
}

/** The type that a type parameter stands for, also as `T & {}`: that without null and undefined. */
function baseOf(checker, type) {
  const { TypeParameter } = ts.TypeFlags;
  const isParameter = (part) => (part.flags & TypeParameter) !== 0;
  const isBare = (part) => isParameter(part) || checker.getPropertiesOfType(part).length === 0;
  const stands = type.isIntersection()
    ? type.types.some(isParameter) && type.types.every(isBare)
    : isParameter(type);
  return stands ? (checker.getBaseConstraintOfType(type) ?? type) : type;
}

/** Whether values of the type are no objects, but numbers, texts and lists of them. */
function isPlain(checker, type) {
  if (type.flags & PLAIN) return true;
  if (type.isUnion()) return type.types.every((part) => isPlain(checker, part));
  if (!checker.isArrayType(type) && !checker.isTupleType(type)) return false;
  return checker.getTypeArguments(type).every((part) => isPlain(checker, part));
}

function isFunction(type) {
  return type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0;
}

/** The names that an object of the type may have, where these are options: none has to be there. */
function optionsOf(checker, type, name) {
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return undefined;
  if (checker.isArrayLikeType(type) || checker.getIndexInfosOfType(type).length > 0)
    return undefined;
  const properties = checker.getPropertiesOfType(type);
  if (properties.length === 0 || properties.some((each) => each.name.startsWith("__@")))
    return undefined;
  // An object with methods is one of the user's, not a list of options.
  if (properties.some((each) => each.flags & ts.SymbolFlags.Method)) return undefined;
  const isOptional = properties.every((each) => each.flags & ts.SymbolFlags.Optional);
  if (!isOptional && !/options/i.test(name)) return undefined;
  const taken = type.isIntersection()
    ? properties.filter((each) => isTaken(checker, each))
    : properties;
  return taken.map((each) => each.name);
}

/**
 * Whether a property may be given: `OnlyKnown` lists those that functions of the same type have,
 * and this one has not, as `never`.
 */
function isTaken(checker, property) {
  return (checker.getTypeOfSymbol(property).flags & ts.TypeFlags.Never) === 0;
}

/**
 * Exports that declarations leave out, and that programs of ours find by their name: a handle of an
 * actor travels as a call of this one (client/actors/actor.ts).
 */
const INTERNAL = ["actorHandle", "streamSink"];

/**
 * The text of a module that exports what `entry` does, its calls checked. A function without
 * parameters stays itself: classes that travel use getClient(), which is found on workers as an
 * export only if it is the one exported.
 *
 * @param rest what is exported as it stands in another entry, which checks it
 */
export function checkedEntry(signatures, entry, checks, rest) {
  const { functions, namespaces, classes, others } = signatures;
  const isOwn = (name) => rest === undefined || !rest.names.has(name);
  const text = (value) => JSON.stringify(value);
  const members = new Map();
  const signed = (signature) => signedText(signature, members);
  const lines = [
    `import { checkedFunction, checkedNamespace, checkMethods } from ${text(checks)};`,
  ];
  if (rest !== undefined) {
    lines.push(`export * from ${text(rest.entry)};`);
    lines.push(`export { ${INTERNAL.join(", ")} } from ${text(entry)};`);
  }
  const take = (name) => lines.push(`import { ${name} as ${name}$ } from ${text(entry)};`);
  const give = (name, value) => {
    lines.push(`const ${name}$$ = /* @__PURE__ */ ${value};`, `export { ${name}$$ as ${name} };`);
  };
  const ownOf = (table) => Object.entries(table).filter(([name]) => isOwn(name));
  for (const [name, signature] of ownOf(functions)) {
    take(name);
    if (signature.parameters === "") lines.push(`export { ${name}$ as ${name} };`);
    else give(name, `checkedFunction(${text(name)}, ${name}$, ${signed(signature)})`);
  }
  for (const [name, each] of ownOf(namespaces)) {
    take(name);
    give(name, `checkedNamespace(${name}$, ${signedAll(each, signed)})`);
  }
  for (const name of others.filter(isOwn)) {
    take(name);
    lines.push(`export { ${name}$ as ${name} };`);
  }
  for (const [path, { methods, statics }] of Object.entries(classes)) {
    const [name, ...inside] = path.split(".");
    if (!isOwn(name)) continue;
    const found = [`${name}$`, ...inside].join(".");
    lines.push(`checkMethods(${found}.prototype, ${signedAll(methods, signed)});`);
    lines.push(`checkMethods(${found}, ${signedAll(statics, signed)}, "${path}.");`);
  }
  const lists = [...members].map(([list, name]) => `const ${name} = ${text(list)};`);
  return `${[...lists, ...lines].join("\n")}\n`;
}

/**
 * The text of a signature. Lists of members are the same for many functions: they become constants,
 * which are added to `members`, by the lists.
 */
function signedText({ promised, ...rest }, members) {
  if (promised === undefined) return JSON.stringify(rest);
  if (!members.has(promised)) members.set(promised, `members$${members.size}`);
  return `${JSON.stringify(rest).slice(0, -1)},"promised":${members.get(promised)}}`;
}

function signedAll(signatures, signed) {
  const each = Object.entries(signatures).map(([name, one]) => `"${name}":${signed(one)}`);
  return `{${each.join(",")}}`;
}

/** All names of an entry. */
export function namesOf({ functions, namespaces, others }) {
  return new Set([...Object.keys(functions), ...Object.keys(namespaces), ...others]);
}
