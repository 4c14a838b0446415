// When V8 compiles well what a process runs. By itself it waits until a function has executed some hundred
// kilobytes of bytecode: the steps of a message, of which there are a thousand a second, would run unoptimised,
// three times as long, for the first minute of a scheduler or worker.
import { setFlagsFromString } from "node:v8";

/** Bytes of bytecode of one function between two looks at whether it is worth compiling; V8 has 132 KiB. */
const INTERRUPT_BUDGET = 8 << 10;

/** Has functions compiled sooner that are called for the first time from now on, on all threads of the process. */
export function compileSooner(): void {
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}
