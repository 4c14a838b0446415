// Types of what tests use of categories.mjs.
/** The category of the file at `path`, from the root of the repository. */
export function categoryOf(path: string): string | undefined;

/** A tag, as `@throws`, and what it says. */
export interface Tag {
  readonly tag: string;
  readonly text: string;
}

/** The tags that hold for a function: its own, and those of its type. */
export function allTags<T extends Tag>(own: readonly T[], ofType: readonly T[]): T[];
