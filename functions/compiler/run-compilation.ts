/** One compilation, page by page: what is asked for again meanwhile is compiled again, and what broke off goes on where it was. */
import {
  type Compilation,
  noteDone,
  noteProgress,
  readCompilation,
} from '#adapters/dynamodb/compilations.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import type { Clock } from '#core/ports.ts';

/** Milliseconds after which a run leaves the rest to the next message: below a function's timeout by more than a page takes. */
export const RUN_MS = 15_000;
/** Problems of a run that are kept: enough to mend the cause, and a bound on the row. */
export const PROBLEMS_MAX = 20;

export interface CompiledPage {
  readonly handled: number;
  readonly problems: readonly string[];
  /** Where the next page begins; absent: that was the last. */
  readonly cursor?: string;
}

/** Compiles one page, and writes nothing where nothing is new. */
export type CompilePage = (cursor: string | undefined) => Promise<CompiledPage>;

export interface CompilerDeps {
  readonly access: TableAccess;
  readonly clock: Clock;
  /** Undefined: an id of no kind that is compiled. */
  readonly pagesOf: (id: string) => CompilePage | undefined;
}

/** `more`: there is work left, for another run. Rejects on outages; nothing is lost then. */
export const runCompilation = async (
  deps: CompilerDeps,
  id: string,
): Promise<'done' | 'more' | 'unknown'> => {
  const compilePage = deps.pagesOf(id);
  if (compilePage === undefined) {
    return 'unknown';
  }
  const endMs = deps.clock.nowMs() + RUN_MS;
  do {
    const state = await readCompilation(deps.access, id);
    if (state === undefined || (state.goal === undefined && state.done >= state.wanted)) {
      return 'done';
    }
    if (!(await onePage(deps, state, compilePage))) {
      return 'done';
    }
  } while (deps.clock.nowMs() < endMs);
  return 'more';
};

/** False where another run goes on with it. */
const onePage = async (
  { access, clock }: CompilerDeps,
  state: Compilation,
  compilePage: CompilePage,
): Promise<boolean> => {
  const begins = state.cursor === undefined;
  const goal = begins ? state.wanted : (state.goal ?? state.wanted);
  const page = await compilePage(state.cursor);
  const handled = (begins ? 0 : state.handled) + page.handled;
  const before = begins ? [] : (state.problems ?? []);
  const problems = [...before, ...page.problems].slice(0, PROBLEMS_MAX);
  const nowS = Math.floor(clock.nowMs() / 1000);
  return page.cursor === undefined
    ? noteDone(access, state, { goal, handled, problems }, nowS)
    : noteProgress(access, state, { goal, handled, problems, cursor: page.cursor }, nowS);
};
