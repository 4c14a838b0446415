// Asks V8 for a full garbage collection of the thread that calls. The bytes of SharedArrayBuffers do
// not count towards the pressure that starts a collection, so that a thread which only drops such
// buffers would keep them for good: 200 dropped buffers of 8 MB stay resident until this is called.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/** Collects now; takes a few milliseconds where the heap is small. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
