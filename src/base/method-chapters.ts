// Classes whose methods are in several files, by subject: each chapter is an interface, with the
// text and the examples, and an object with the methods.

/** A class to extend. */
type Base = new (...given: never[]) => object;

/**
 * A class whose instances have the methods and getters of all chapters, and those of `base`. The
 * name of a method may be in one chapter only.
 */
export function classWithMethods(chapters: readonly object[], base: Base = class {}): Base {
  class WithMethods extends base {}
  for (const chapter of chapters) {
    for (const name of Reflect.ownKeys(chapter)) {
      const property = Object.getOwnPropertyDescriptor(chapter, name);
      Object.defineProperty(WithMethods.prototype, name, { ...property, enumerable: false });
    }
  }
  return WithMethods;
}
