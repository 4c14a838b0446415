// The declarations that API Extractor rolls up have names of their own: `Event_2` for our `Event`,
// since there is a global one, and `concatenate_2` for `ma.concatenate`, since namespaces list what
// is declared outside them. Compilers and editors show these names to people; here they get the
// right ones, and links in docstrings, too: `{@link reductions.sum}` says by which name a module of
// ours imports another.
import ts from "typescript";

/** The text of declarations, with each under the name that it is exported by. */
export function withRightNames(text) {
  return withoutModules(insideNamespaces(withoutSuffixes(text)));
}

/** `{@link reductions.sum}` becomes `{@link sum}`, where nothing is called `reductions`. */
function withoutModules(text) {
  const names = new Set(parsed(text).statements.map(({ name }) => name?.text));
  return text.replace(/\{@link (\w+)\.(?=\w)/g, (whole, name) =>
    names.has(name) ? whole : "{@link ",
  );
}

/**
 * `declare class Event_2` with `export { Event_2 as Event }` becomes `export declare class Event`.
 */
function withoutSuffixes(text) {
  const aliases = [...text.matchAll(/^export \{ ((\w+)_\d+) as \2 \}\n/gm)];
  const types = namesOfTypes(text);
  return aliases.reduce((renamed, [statement, given, right]) => {
    if (types.has(right)) throw new Error(`some declaration means the global ${right}, not ours`);
    return renamed
      .replace(statement, "")
      .replace(new RegExp(`^declare (?=(abstract )?\\w+ ${given}\\b)`, "m"), "export declare ")
      .replaceAll(new RegExp(`\\b${given}\\b`, "g"), right);
  }, text);
}

/** The names of all types that are used somewhere. */
function namesOfTypes(text) {
  const names = new Set();
  const visit = (node) => {
    if (ts.isTypeReferenceNode(node)) names.add(node.typeName.getText());
    if (ts.isExpressionWithTypeArguments(node)) names.add(node.expression.getText());
    ts.forEachChild(node, visit);
  };
  visit(parsed(text));
  return names;
}

function parsed(text) {
  return ts.createSourceFile("rolled-up.d.ts", text, ts.ScriptTarget.ES2022, true);
}

/** Moves what one namespace exports under another name than its own into that namespace. */
function insideNamespaces(text) {
  const file = parsed(text);
  const declared = new Map();
  for (const statement of file.statements) {
    const name = statement.name ?? statement.declarationList?.declarations[0].name;
    if (name === undefined || !/_\d+$/.test(name.text)) continue;
    declared.set(name.text, [...(declared.get(name.text) ?? []), statement]);
  }
  const edits = [];
  for (const namespace of file.statements.filter(ts.isModuleDeclaration)) {
    const list = namespace.body.statements.find(ts.isExportDeclaration);
    const moved = [];
    for (const { name, propertyName } of list.exportClause.elements) {
      const statements = declared.get(propertyName?.text) ?? [];
      for (const statement of statements) {
        moved.push(renamed(statement.getFullText(), propertyName.text, name.text));
        edits.push({ start: statement.getFullStart(), end: statement.end, text: "" });
      }
    }
    const kept = list.exportClause.elements.filter(
      (each) => !declared.has(each.propertyName?.text),
    );
    const names = kept.map((each) => `        ${each.getText()}`).join(",\n");
    const body = `${moved.join("")}\n    export {\n${names}\n    }`;
    edits.push({ start: list.getFullStart(), end: list.end, text: body });
  }
  return edited(text, edits);
}

/** A statement as it stands in a namespace. */
function renamed(text, given, right) {
  return text
    .replace(/^(export )?declare /m, "export ")
    .replaceAll(new RegExp(`\\b${given}\\b`, "g"), right)
    .replace(/^(?=.)/gm, "    ");
}

function edited(text, edits) {
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce(
      (rest, { start, end, text: put }) => rest.slice(0, start) + put + rest.slice(end),
      text,
    );
}
