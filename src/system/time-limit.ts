// A limit on how long a promise is waited for, whose timer ends with the wait.

/** The result of a promise, or undefined when it takes longer. */
export async function within<T>(limitMs: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
