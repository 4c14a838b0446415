// Files of variables, for `tilework submit --env-file`: a variable in each line, as NAME=value.
import { readFileSync } from "node:fs";
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";

const NAME = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=[^\S\n]*/;
const NOTHING = /^\s*(#.*)?$/;
const QUOTES = ["'", '"', "`"];
/** What may follow a closing quote. */
const REST = /^[^\S\n]*(#.*)?$/;

/**
 * The variables in a file.
 *
 * @throws ArgumentError `argument.value` when it cannot be read, or a line is none
 */
export function variablesInFile(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const reason = reasonOf(error);
    const wrong = `the file of variables ${path} cannot be read: ${reason}`;
    throw new ArgumentError("value", wrong, { path });
  }
  return readVariables(text, path);
}

/**
 * The variables in a text: `NAME=value`, also after `export`; empty lines and those from `#` on
 * count for nothing. A value in quotes may have several lines; in double quotes `\n` is a new line.
 *
 * @param path the text's file, for messages
 * @throws ArgumentError `argument.value` for a line that is none of these
 */
export function readVariables(text: string, path: string): Record<string, string> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const variables: Record<string, string> = {};
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (NOTHING.test(line)) continue;
    const bad = (why: string) => {
      const text = `${path}, line ${at + 1}: ${why}`;
      return new ArgumentError("value", text, { path, line: at + 1 });
    };
    const [start, name] = NAME.exec(line) ?? [];
    if (start === undefined || name === undefined) {
      // Not the line itself: what people put in such files is often secret.
      throw bad("expected a name and a value, as in LEVEL=3, or a comment that begins with #");
    }
    const written = line.slice(start.length);
    if (!QUOTES.includes(written.charAt(0))) {
      variables[name] = written.replace(/(^|\s)#.*$/, "").trim();
      continue;
    }
    const quoted = quotedValue([written, ...lines.slice(at + 1)]);
    if (quoted === undefined) throw bad(`the value of ${name} has no closing ${written.charAt(0)}`);
    if (!REST.test(quoted.rest)) throw bad(`something follows the quoted value of ${name}`);
    variables[name] = quoted.value;
    at += quoted.lines - 1;
  }
  return variables;
}

/** The value within quotes with which the first of some lines begins. */
function quotedValue(
  lines: readonly string[],
): { value: string; rest: string; lines: number } | undefined {
  const text = lines.join("\n");
  const quote = text.charAt(0);
  const end = text.indexOf(quote, 1);
  if (end < 0) return undefined;
  const inside = text.slice(1, end);
  const [rest = ""] = text.slice(end + 1).split("\n", 1);
  const value = quote === '"' ? inside.replaceAll("\\n", "\n") : inside;
  return { value, rest, lines: inside.split("\n").length };
}
