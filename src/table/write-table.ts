// Tables into folders and stores: the workers write a file for each partition.
import { blockValues } from "../bag/compute-bag.js";
import { ArgumentError } from "../base/errors.js";
import { fillStore, isStore } from "../engine/store-folder.js";
import { fillFolder } from "../engine/table-folder.js";
import type { QueryTarget } from "../graph/model/query-tables.js";
import { lowerWhole } from "./lower/lower.js";
import { layerOfStage } from "./lower/stage.js";
import type { Plan } from "./plan/plan.js";
import type { WriteForm, WriteOptions } from "./results/write-options.js";

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
    const node = layerOfStage(lowerWhole(plan), { target });
    return (await blockValues(node, compute)).flat(1) as string[];
  };
  if (isStore(path)) {
    return fillStore(path, overwrite, ({ word, sign }) =>
      write(path, { ending: `-${word}${form.ending}`, sign }),
    );
  }
  return fillFolder(path, overwrite, (folder) => write(folder));
}
