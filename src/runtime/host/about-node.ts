// Facts about a worker's process, and about its kernels.
import { type AboutWorker, aboutProcess } from "../../system/about-process.js";
import { describeKernels } from "./describe-kernels.js";
import { findSystemBlas } from "./system-blas.js";

/** Facts about this node. */
export function aboutNode(): AboutWorker {
  const blas = findSystemBlas(() => {})?.name ?? null;
  return { ...aboutProcess(), kernels: describeKernels(), blas };
}
