/** What every source of events has in common. */

/** Something that can be called with an event. */
export interface Invocable {
  invoke(event: unknown): Promise<unknown>;
}

/** A source that runs until it is closed. */
export interface Source {
  close(): Promise<void>;
}

/** Ids in a handler's batchItemFailures; 'all' where the answer is not of that form, as Lambda has it. */
export const failuresOf = (result: unknown): readonly string[] | 'all' => {
  if (typeof result !== 'object' || result === null || !('batchItemFailures' in result)) {
    return [];
  }
  const { batchItemFailures } = result;
  if (batchItemFailures === null || batchItemFailures === undefined) {
    return [];
  }
  if (!Array.isArray(batchItemFailures)) {
    return 'all';
  }
  const ids = batchItemFailures.map((failure: unknown) =>
    typeof failure === 'object' && failure !== null && 'itemIdentifier' in failure
      ? failure.itemIdentifier
      : undefined,
  );
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : 'all';
};
