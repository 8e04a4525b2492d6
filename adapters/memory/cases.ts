/** Cases for operators in memory, by id. */
import type { OpenCase, OperatorCase } from '#core/operator-case.ts';
import type { CaseStore } from '#core/ports.ts';

type Cases = Map<string, OperatorCase>;

/** As `Booking.opens`. */
export const countCase = (cases: Cases, open: OpenCase): void => {
  const known = cases.get(open.id) ?? { ...open, state: 'open', times: 0 };
  cases.set(open.id, { ...known, times: known.times + 1 });
};

export const caseStore = (cases: Cases): CaseStore => ({
  openCase: async (open) => countCase(cases, open),
  readCase: async (id) => cases.get(id),
  listCases: async ({ state, limit, after }) =>
    [...cases.values()]
      .filter((found) => found.state === state)
      .sort(oldestFirst)
      .filter((found) => after === undefined || oldestFirst(found, after) > 0)
      .slice(0, limit),
  closeCase: async (id, closing) => {
    const found = cases.get(id);
    const closed: OperatorCase | undefined =
      found?.state === 'open' ? { ...found, state: 'closed', closed: closing } : found;
    if (closed !== undefined) {
      cases.set(id, closed);
    }
    return closed;
  },
});

type Aged = Pick<OperatorCase, 'id' | 'openedAtS'>;

const oldestFirst = (a: Aged, b: Aged): number =>
  a.openedAtS - b.openedAtS || (a.id < b.id ? -1 : Number(a.id > b.id));
