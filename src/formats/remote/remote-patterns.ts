// Patterns of files on servers: `s3://bucket/logs/*.csv` and `s3://bucket/logs/**`.
import { ArgumentError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { isS3, parseS3Address, placeOf } from "./remote-address.js";
import { describeRemote, listRemote } from "./remote-files.js";

/**
 * The addresses of the files that a pattern names, in order; of an address without `*`, itself.
 *
 * @throws ArgumentError `argument.value` for a pattern of a server that lists no files, and where
 * there is no such file or the server fails
 */
export async function findRemote(pattern: string, method: string): Promise<string[]> {
  try {
    if (!pattern.includes("*")) {
      if ((await describeRemote(pattern)) === undefined) throw new Error("there is no such file");
      return [pattern];
    }
    if (!isS3(pattern)) throw new Error("a server of HTTP lists no files: name them one by one");
    const { bucket, key } = parseS3Address(pattern);
    const settings = pattern.includes("?") ? pattern.slice(pattern.indexOf("?")) : "";
    const folder = key.slice(0, key.lastIndexOf("/", key.indexOf("*")) + 1);
    const at = placeOf(`s3://${bucket}${settings}`, folder.replace(/\/$/, ""));
    const { files } = await listRemote(at, "all");
    const isNamed = expressionOf(key);
    const found = files
      .map(({ address }) => address)
      .filter((address) => isNamed.test(parseS3Address(address).key));
    if (found.length === 0) throw new Error("no file has such a name");
    return found;
  } catch (error) {
    const reason = reasonOf(error);
    throw new ArgumentError("value", `${method}: cannot find ${pattern}: ${reason}`, { pattern });
  }
}

/** `*` stands for a part of a name, `**` for folders as well. */
function expressionOf(key: string): RegExp {
  const text = key
    .split(/(\*\*\/?|\*)/)
    .map((part) => {
      if (part === "**/") return "(?:.*/)?";
      if (part === "**") return ".*";
      return part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${text}$`, "s");
}
