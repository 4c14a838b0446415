// Sentences that are too long to read aloud: in the pages for users, and in the messages of errors.
// A sentence ends with a full stop, a colon, a semicolon or a question mark; `code` is one word.
// And lines of pages that are too wide for an editor's window.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { readRepositoryPaths, readSourceTree } from "./source-tree.js";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** The most words of a sentence. */
export const WORDS_MAX = 25;

/**
 * Sentences of the guide, the recipes and the pages at the root that have more words:
 * `page: words sentence`.
 */
export function findLongSentences(): string[] {
  const pages = readRepositoryPaths().filter((path) => /^docs\/(guide|how-to)\/.*\.md$/.test(path));
  return [...pages, "README.md", "CONTRIBUTING.md"].flatMap((path) =>
    paragraphs(readFileSync(join(root, path), "utf8")).flatMap((text) => tooLong(path, text)),
  );
}

/** Sentences of error messages that have more words: `path: words sentence`. */
export function findLongMessages(): string[] {
  return readSourceTree()
    .filter(({ isAssembly }) => !isAssembly)
    .flatMap(({ path, text }) =>
      messagesIn(path, text).flatMap((message) => tooLong(path, message)),
    );
}

/** The most characters of a line of running text in a page. */
export const COLUMNS_MAX = 100;

/** Lines of pages that are wider, outside of code and tables: `page:line`. */
export function findWideLines(): string[] {
  const pages = readRepositoryPaths().filter(
    (path) => /^(docs|src)\/.*\.md$/.test(path) && !/^docs\/(api|reference)\//.test(path),
  );
  return [...pages, "README.md", "CONTRIBUTING.md", "CHANGELOG.md"].flatMap((path) => {
    // Code keeps its lines, as nothing, so that numbers of lines stay right.
    const page = readFileSync(join(root, path), "utf8").replace(/```[\s\S]*?```/g, (code) =>
      code.replace(/.+/g, ""),
    );
    return page
      .split("\n")
      .flatMap((line, index) =>
        line.length > COLUMNS_MAX && !line.trim().startsWith("|") ? [`${path}:${index + 1}`] : [],
      );
  });
}

/**
 * Comment lines of programs that are wider: `path:line`. Examples keep the lines of their code, and
 * an address cannot be wrapped.
 */
export function findWideComments(): string[] {
  const programs = readRepositoryPaths().filter(
    (path) =>
      /^(src|test|bench|examples)\/.*\.(ts|tsx|jsx|mjs)$/.test(path) &&
      !path.includes("/generated/"),
  );
  return programs.flatMap((path) => {
    let isExample = false;
    return readFileSync(join(root, path), "utf8")
      .split("\n")
      .flatMap((line, index) => {
        if (/^\s*\*\s@|^\s*\/\*\*/.test(line)) isExample = /^\s*(\/\*)?\*\s@example/.test(line);
        const isComment = /^\s*(\/\/|\/\*|\*)/.test(line);
        const mayBeWide = isExample || /https?:\/\/|biome-ignore/.test(line);
        const isWide = isComment && !mayBeWide && line.length > COLUMNS_MAX;
        return isWide ? [`${path}:${index + 1}`] : [];
      });
  });
}

function tooLong(path: string, text: string): string[] {
  return text
    .split(/(?<=[.:;?!])\s+/)
    .map((sentence) => ({ sentence, count: sentence.split(/\s+/).filter(isWord).length }))
    .filter(({ count }) => count > WORDS_MAX)
    .map(({ sentence, count }) => `${path}: ${count} ${sentence}`);
}

function isWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** The running text of a page: without code, headings and the rules of tables, cell by cell. */
function paragraphs(page: string): string[] {
  return page
    .replace(/```[\s\S]*?```/g, "\n\n")
    .split(/\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )|\n(?=\|)|\n(?=#)/)
    .filter((text) => !text.trim().startsWith("#"))
    .flatMap((text) => (text.trim().startsWith("|") ? text.split("|") : [text]))
    .map(plainText);
}

function plainText(text: string): string {
  return text
    .replace(/`[^`]*`/g, "code")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\*\*/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The texts that are given to `new …Error(`, with one word for each value in them. */
function messagesIn(path: string, text: string): string[] {
  if (!/\bnew [\w.]*Error\(/.test(text)) return [];
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const messages: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText())) {
      messages.push(...(node.arguments ?? []).flatMap((each) => textOf(each) ?? []));
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return messages;
}

function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join("");
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return [textOf(node.left), textOf(node.right)].map((part) => part ?? "x").join("");
  }
  return undefined;
}
