// Types of what tests use of categories.mjs.
/** The category of the file at `path`, from the root of the repository. */
export function categoryOf(path: string): string | undefined;
