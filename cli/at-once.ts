/** Work on many, some at a time. */

/** Requests under way at once: the API has no more sandboxes for one client than this keeps busy. */
export const AT_ONCE = 4;

/** Results in order of the items; rejects with the first that fails. */
export const someAtOnce = async <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next; at < items.length; at = next) {
      next += 1;
      results[at] = await work(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
};
