// What runs a worker: its process, and what computes there.
import { type AboutWorker, aboutProcess } from "../../system/about-process.js";
import { describeKernels } from "./describe-kernels.js";
import { findSystemBlas } from "./system-blas.js";

/** What runs this node. */
export function aboutNode(): AboutWorker {
  const blas = findSystemBlas(() => {})?.name ?? null;
  return { ...aboutProcess(), kernels: describeKernels(), blas };
}
