/** What wakes the compiler: messages of the admin API, and a schedule that finds what no message came for. */
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { listCompilations } from '#adapters/dynamodb/compilations.ts';
import { parseCompileMessage } from '../compile-message.ts';
import { errorName, type Log } from '../json-log.ts';
import { type CompilerDeps, runCompilation } from './run-compilation.ts';

/** Rows that a sweep looks at in one query. */
const SWEEP_PAGE = 100;

export interface HandleDeps extends CompilerDeps {
  /** Asks for another run. */
  readonly again: (id: string) => Promise<void>;
  readonly log: Log;
}

/** A message whose compilation fails comes again; one that is none is dropped. */
export const handleCompile = async (
  deps: HandleDeps,
  records: readonly SQSRecord[],
): Promise<SQSBatchResponse> => {
  const failed: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of records) {
    const id = parseCompileMessage(body);
    if (id === undefined) {
      deps.log('warn', 'compile', { outcome: 'dropped', reason: 'malformed' });
    } else if (!(await compiled(deps, id))) {
      failed.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures: failed };
};

/** Wakes itself for everything that is wanted and not done. */
export const sweepCompilations = async (deps: HandleDeps): Promise<void> => {
  let after: string | undefined;
  do {
    const page = await listCompilations(deps.access, { limit: SWEEP_PAGE, after });
    for (const { id, wanted, done, goal } of page) {
      if (goal !== undefined || done < wanted) {
        await deps.again(id);
      }
    }
    after = page.length < SWEEP_PAGE ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
};

const compiled = async (deps: HandleDeps, id: string): Promise<boolean> => {
  try {
    const outcome = await runCompilation(deps, id);
    if (outcome === 'more') {
      await deps.again(id);
    }
    deps.log('info', 'compile', { outcome });
    return true;
  } catch (error) {
    deps.log('error', 'compile', { outcome: 'failed', error: errorName(error) });
    return false;
  }
};
