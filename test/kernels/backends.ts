// Both sets of kernels for dense matrices: our own, and those of the system's BLAS and LAPACK where
// there are such, for matrices of any size.
import { afterAll, beforeAll, describe } from "vitest";
import { currentHost, installHost } from "../../src/base/host.js";
import { SYSTEM_BLAS } from "../../src/kernels/linalg/products/linalg-backend.js";
import { findSystemBlas } from "../../src/runtime/host/system-blas.js";

export type Backend = "own kernels" | "system BLAS";

/** Every matrix is worth a call. */
const ALL = { elements: 0, multiplications: 0 };

export const systemBlas = findSystemBlas((text) => {
  throw new Error(text);
})?.blas;

/** Describes what holds whatever serves; skipped for the system's BLAS where there is none. */
export function describeBackends(title: string, body: (backend: Backend) => void): void {
  for (const backend of ["own kernels", "system BLAS"] as const) {
    const isMissing = backend === "system BLAS" && systemBlas === undefined;
    describe.skipIf(isMissing)(`${title} (${backend}${isMissing ? " not found" : ""})`, () => {
      // That of now: files before this one in the same process may have installed more.
      let host = currentHost();
      beforeAll(() => {
        host = currentHost();
        const load = () => (backend === "system BLAS" ? systemBlas : undefined);
        installHost(host.with(SYSTEM_BLAS, { load, leastWork: ALL }));
      });
      afterAll(() => installHost(host));
      body(backend);
    });
  }
}
