// Terms that a program gives to a part of itself: those that layers keep, and the port by which
// layers and jobs learn of them. Values and names of layers do not depend on them.
import { provided, Service } from "../../base/host.js";
import { type Resources, type Shares, withShares } from "./resources.js";

/** Requests of a layer's tasks besides resources. */
export interface LayerTerms {
  /** Names of the workers that they may run on. */
  readonly workers?: readonly string[];
  /** Whether others may run them if none of these is there. */
  readonly allowOtherWorkers?: boolean;
  /** How often one that failed is tried again. */
  readonly retries?: number;
  /** From −256 to 256; higher runs first. */
  readonly priority?: number;
}

/** Terms for a part of a program. */
export interface Annotations extends LayerTerms, Shares {
  /** Resources that each task takes from its worker while it runs, such as `{ GPU: 1 }`. */
  readonly resources?: Resources;
}

/** Says what holds where it is called; undefined for nothing. */
export const ANNOTATIONS = new Service<() => Annotations | undefined>("annotations");

/**
 * Above zero while passes run: the layers that they make have the terms of those that they replace.
 */
let suspensions = 0;

/** The terms of the part of the program that runs now. */
export function annotations(): Annotations | undefined {
  return suspensions > 0 ? undefined : provided(ANNOTATIONS)?.();
}

/** Runs a function that makes layers in place of others, wherever it is called. */
export function withoutAnnotations<R>(f: () => R): R {
  suspensions++;
  try {
    return f();
  } finally {
    suspensions--;
  }
}

/** The terms of the part of the program that runs now, as the fields of a layer. */
export function annotatedFields(): { resources?: Resources; terms?: LayerTerms } {
  const by = annotations();
  if (by === undefined) return {};
  const { resources: named, threadsPerTask: _, memoryPerTask: __, ...terms } = by;
  const resources = withShares(named, by);
  return {
    ...(resources === undefined ? {} : { resources }),
    ...(Object.keys(terms).length === 0 ? {} : { terms }),
  };
}
