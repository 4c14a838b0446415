// Finds in a script's text, without a syntax tree, that a variable is constant and that no module
// brings it. Parsing is most of the cost of a process's first function. Unclear cases (even a
// comment that looks like an assignment) are left to bindings.ts.

/** Longer scripts are parsed at once: then further queries cost next to nothing. */
export const TEXT_LENGTH_MAX = 1 << 16;

/** `name = `, `name += `, `name++`; but not `name == ` and `name => `. */
const ASSIGNED = /^(=(?![=>])|\+\+|--|(\*\*|<<|>>>?|&&|\|\||\?\?|[-+*/%&|^])=(?!=))/;
/** The text before the name in the declaration of a variable that is assigned once. */
const DECLARED = /(^|[^\w$.])(const|let|var)\s+$/;
/** Values by which modules are loaded. */
const LOADED = /^=\s*(await|require|__vi|__vite|import)\b/;
/** A pattern that is assigned to, or that a loop fills: `[a, b] = `, `{ a } of `. */
const PATTERN = /[\]}](\s|\/\*[\s\S]*?\*\/|\/\/.*\n)*(=(?![=>])|(of|in)\b)/;
const SPACES = /\s*/y;

/**
 * Whether no variable of this name is assigned a second time anywhere in the script, and none is
 * imported. False if the text alone does not decide it.
 */
export function isSettled(source: string, name: string): boolean {
  // Names may be spelt with escapes.
  if (source.length > TEXT_LENGTH_MAX || source.includes("\\u")) return false;
  const hasPatterns = PATTERN.test(source);
  const isName = new RegExp(`(?<![\\w$#])${name.replace(/\$/g, "\\$&")}(?![\\w$])`, "g");
  for (const { index } of source.matchAll(isName)) {
    const before = source.slice(Math.max(0, index - 40), index);
    // A property, unless it is spread.
    if (/(^|[^.])\.\s*$/.test(before)) continue;
    SPACES.lastIndex = index + name.length;
    const spaces = SPACES.exec(source)?.[0].length ?? 0;
    const after = source.slice(index + name.length + spaces, index + name.length + spaces + 40);
    if (mayBeAssigned(before, after, hasPatterns)) return false;
  }
  return !isImported(source, isName);
}

function mayBeAssigned(before: string, after: string, hasPatterns: boolean): boolean {
  // Something may hide behind a comment.
  if (/^\/[/*]/.test(after) || /\*\/\s*$/.test(before)) return true;
  if (/(\+\+|--)\s*$/.test(before) || /^(of|in)\b/.test(after)) return true;
  if (hasPatterns && /^[,\]})]/.test(after)) return true;
  if (!ASSIGNED.test(after)) return false;
  return !DECLARED.test(before) || !after.startsWith("=") || LOADED.test(after);
}

/** Whether the name is between an `import` and its specifier. */
function isImported(source: string, isName: RegExp): boolean {
  for (const { index } of source.matchAll(/\bimport\b(?!\s*[(.])/g)) {
    const end = source.slice(index).search(/\bfrom\s*["']/);
    if (end >= 0 && source.slice(index, index + end).search(isName) >= 0) return true;
  }
  return false;
}
