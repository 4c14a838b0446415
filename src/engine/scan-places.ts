// Where the files of a table are.
import { isUrl } from "../formats/remote/remote-address.js";
import type { QueryScan } from "../graph/model/query-tables.js";

/** Whether any file is on a server. */
export function isRemoteScan({ paths }: QueryScan): boolean {
  return paths.some(isUrl);
}
