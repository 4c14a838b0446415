// How a task names the user's function that it runs: Node has no pickle, so a layer carries the
// function's source and the values it captured, once, and executors rebuild it once per hash.

/** A function by its source. */
export interface FunctionRef {
  /** Hash of the source and the captured values: executors cache the rebuilt function by it. */
  readonly hash: string;
  /** The function's name, for keys and stacks. */
  readonly name: string;
  /** An expression that evaluates to the function. */
  readonly source: string;
  /** Values of the function's free variables, by name: anything that structured clone takes. */
  readonly captured: Readonly<Record<string, unknown>>;
}
