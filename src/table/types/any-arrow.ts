// A table of Arrow as users hold it. Its package is optional, so that its own types are not named.

/** A table of the package `apache-arrow`, of any copy of it. */
export interface ArrowTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  readonly batches: readonly { readonly numRows: number }[];
}
