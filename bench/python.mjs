// Which Python runs the contenders from Dask's side.
import { execFileSync } from "node:child_process";

/** A Python that has Dask: the one on the path, or Debian's. */
export function pythonWithDask() {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      execFileSync(python, ["-c", "import dask.array, distributed"], { stdio: "ignore" });
      return python;
    } catch {
      // Not this one.
    }
  }
  return "python3";
}
