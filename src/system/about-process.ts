// Facts about this process: versions, processor, memory, clock.
import { availableParallelism, cpus, totalmem } from "node:os";
import { packageVersion } from "./package-version.js";

/** Facts about a process. */
export interface AboutProcess {
  /** The version of this package. */
  readonly tilework: string;
  /** The version of Node.js. */
  readonly node: string;
  /** The operating system and the architecture. */
  readonly platform: string;
  /** The model of its processor. */
  readonly processor: string;
  readonly cores: number;
  /** Of the machine. */
  readonly memoryBytes: number;
  /** Its clock, since 1970. */
  readonly timeMs: number;
}

/** Facts about a worker: its process, and its kernels. */
export interface AboutWorker extends AboutProcess {
  /** The technology of its kernels. */
  readonly kernels: string;
  /** The name and version of its BLAS; null where it has its own kernels alone. */
  readonly blas: string | null;
}

/** Facts about this process. */
export function aboutProcess(): AboutProcess {
  return {
    tilework: packageVersion(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    timeMs: Date.now(),
  };
}
