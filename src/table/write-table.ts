// Tables into folders and stores: the workers write a file for each partition.
import { blockValues } from "../bag/compute-bag.js";
import { ArgumentError } from "../base/errors.js";
import { quoteName, quoteText } from "../engine/sql-text.js";
import { fillStore, isStore } from "../engine/store-folder.js";
import { fillFolder } from "../engine/table-folder.js";
import { NO_VALUE } from "../engine/write-files.js";
import type { QueryTarget } from "../graph/model/query-tables.js";
import { lowerWhole } from "./lower/lower.js";
import { layerOfStage, type Stage, wrapped } from "./lower/stage.js";
import type { Plan } from "./plan/plan.js";
import type { WriteForm, WriteOptions } from "./results/write-options.js";
import { familyOf } from "./types/column-types.js";

/** Writes a plan's rows; returns the paths of the files. */
export async function writeTable(
  plan: Plan,
  path: string,
  form: WriteForm,
  options: WriteOptions,
  partitionBy: readonly string[] = [],
): Promise<string[]> {
  if (typeof path !== "string" || path === "") {
    throw new ArgumentError("value", `a table is written to a folder: the path is ${String(path)}`);
  }
  const { overwrite = false, ...compute } = options;
  const write = async (folder: string, where: Partial<QueryTarget> = {}) => {
    const target = { ...form, folder, partitionBy, ...where };
    const node = layerOfStage(withFolders(lowerWhole(plan), partitionBy), { target });
    return (await blockValues(node, compute)).flat(1) as string[];
  };
  if (isStore(path)) {
    return fillStore(path, overwrite, ({ word, sign }) =>
      write(path, { ending: `-${word}${form.ending}`, sign }),
    );
  }
  return fillFolder(path, overwrite, (folder) => write(folder));
}

/** The stage, which fails at a text that is the name of the folder of nulls. */
function withFolders(stage: Stage, partitionBy: readonly string[]): Stage {
  const texts = stage.schema.flatMap(([name, type]) =>
    partitionBy.includes(name) && familyOf(type) === "text" ? [name] : [],
  );
  if (texts.length === 0) return stage;
  const columns = texts.map((name) => {
    const own = quoteName(name);
    const text = `toParquet: column ${JSON.stringify(name)} has the text ${NO_VALUE}, the name of the folder of nulls: replace it, or write without partitionBy`;
    return `CASE WHEN ${own} = ${quoteText(NO_VALUE)} THEN error(${quoteText(text)}) ELSE ${own} END AS ${own}`;
  });
  return wrapped(
    stage,
    stage.word,
    stage.schema,
    (input) => `SELECT * REPLACE (${columns.join(", ")}) FROM ${input}`,
  );
}
