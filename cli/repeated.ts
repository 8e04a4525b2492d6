/** Those whose id an earlier one has, in their order. */
export const repeated = <T>(items: readonly T[], idOf: (item: T) => unknown): ReadonlySet<T> => {
  const seen = new Set<unknown>();
  return new Set(
    items.filter((item) => {
      const id = idOf(item);
      const isAgain = seen.has(id);
      seen.add(id);
      return isAgain;
    }),
  );
};
