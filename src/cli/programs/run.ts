// `tilework run`: a program with a local cluster for as long as it takes.
import { LocalCluster } from "../../cluster/local-cluster.js";
import { checkProgram, runChild } from "./child-program.js";

/** Options of `tilework run`. */
export interface RunProgramOptions {
  readonly workers?: number;
  readonly nthreads?: number;
  /** In bytes. */
  readonly memoryLimit?: number;
}

/** Runs the program; the exit code is the program's. */
export async function runProgram(
  path: string,
  args: readonly string[],
  { workers, nthreads, memoryLimit }: RunProgramOptions,
): Promise<number> {
  checkProgram(path);
  const cluster = await LocalCluster.start({
    ...(workers === undefined ? {} : { workers }),
    ...(nthreads === undefined ? {} : { threadsPerWorker: nthreads }),
    ...(memoryLimit === undefined ? {} : { memoryLimit }),
  });
  try {
    return await runChild(path, args, { TILEWORK_CLIENT_SCHEDULER: cluster.address });
  } finally {
    await cluster.close();
  }
}
