// Where the tables of powers (power-tables.ts) are in the kernels' memory. Both the TypeScript and
// the AssemblyScript compiler read this file, so that it holds nothing but an enum.

/** The number of parts of the tables, and their offsets in bytes. */
export enum PowerTable {
  parts = 128,
  logarithms = 8192,
  exponentials = 12288,
}
