// Which Python runs the contenders from its side.
import { execFileSync } from "node:child_process";

/** A Python that has these modules: the one on the path, or Debian's. */
export function pythonWith(modules) {
  for (const python of ["python3", "/usr/bin/python3"]) {
    try {
      execFileSync(python, ["-c", `import ${modules}`], { stdio: "ignore" });
      return python;
    } catch {
      // Not this one.
    }
  }
  return "python3";
}

/** A Python that has Dask. */
export const pythonWithDask = () => pythonWith("dask.array, distributed");
