// What runs a worker: its process, and what computes there.
import { type AboutProcess, aboutProcess } from "../../system/about-process.js";
import { describeKernels } from "./describe-kernels.js";
import { findSystemBlas } from "./system-blas.js";

/** What runs a worker. */
export interface AboutNode extends AboutProcess {
  /** The technology of its kernels. */
  readonly kernels: string;
  /** The name and version of its BLAS; null where it has its own kernels alone. */
  readonly blas: string | null;
}

/** What runs this node. */
export function aboutNode(): AboutNode {
  const blas = findSystemBlas(() => {})?.name ?? null;
  return { ...aboutProcess(), kernels: describeKernels(), blas };
}
