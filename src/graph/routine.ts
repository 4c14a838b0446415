// Routines on whole blocks, as data: which exist and what each is told. Their arithmetic is
// kernels/routines.ts and the files by family beside it; which layers use them is array/.

/** What a running total joins its elements by. */
export type ScanName = "sum" | "prod";

/** A routine and its arguments. `axis` counts the axes of the first operand. */
export type Routine =
  /** Running totals along `axis`, within a block. */
  | { readonly name: "scan"; readonly scan: ScanName; readonly axis: number }
  /** Joins the first operand's elements to the one total before the block, in the second. */
  | { readonly name: "carry"; readonly scan: ScanName; readonly axis: number }
  /** The elements named by the second operand along `axis`, of which one block has all. */
  | { readonly name: "takeAlong"; readonly axis: number }
  /** The slabs along `axis` that the second operand names, which has one axis. */
  | { readonly name: "takeSlabs"; readonly axis: number };

/** The name of a routine. */
export type RoutineName = Routine["name"];
