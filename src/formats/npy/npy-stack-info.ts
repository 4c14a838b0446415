// The file `info` of a folder of `.npy` files, as Dask writes it: a Python pickle of chunks, dtype
// and axis.
import { DTYPES, type DType } from "../../base/dtype.js";
import type { Chunks } from "../../graph/model/chunks.js";

/** The dictionary in Python's oldest, textual pickle. */
export function formatStackInfo(dtype: DType, chunks: Chunks, axis: number): string {
  const tuple = (items: readonly string[]) => `(${items.join("")}t`;
  const lengths = chunks.map((along) => tuple(along.map((length) => `I${length}\n`)));
  const pickledDType = `cnumpy\ndtype\n(S'${DTYPES[dtype].npy}'\ntR`;
  return `(dS'chunks'\n${tuple(lengths)}sS'dtype'\n${pickledDType}sS'axis'\nI${axis}\ns.`;
}

/** The axis along which the files follow each other; undefined if the text does not name it. */
export function axisOfStackInfo(text: string): number | undefined {
  // The last entry: as text, or as a byte behind a string that newer pickles note for later.
  const written = /axis'\np?\d*\n?I(\d+)/.exec(text)?.[1];
  const packed = /axis(?:\x94|q.)K(.)/s.exec(text)?.[1];
  return written === undefined ? packed?.charCodeAt(0) : Number(written);
}
