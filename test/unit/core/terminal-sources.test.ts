import { describe, expect, it } from 'vitest';
import { type MerchantSource, type TerminalSource, terminalRow } from '#core/terminal-sources.ts';

const TERMINAL: TerminalSource = {
  id: 1001,
  label: 'Lobby',
  status: 'active',
  merchant: 'm-1',
  region: 'KR',
  keyVersion: 2,
  keyVersionMin: 1,
};
const MERCHANT: MerchantSource = { name: 'Rose Ltd', status: 'open', zone: 'Asia/Seoul' };

describe('the row of a terminal', () => {
  it('has what payments need of terminal and merchant, and no more', () => {
    expect(terminalRow(TERMINAL, MERCHANT)).toEqual({
      id: 1001,
      status: 'active',
      merchant: 'm-1',
      region: 'KR',
      keyVersionMin: 1,
      zone: 'Asia/Seoul',
      merchantStatus: 'open',
    });
  });

  it.each(['suspended', 'retired'] as const)('of one that is %s is suspended', (status) => {
    expect(terminalRow({ ...TERMINAL, status }, MERCHANT).status).toBe('suspended');
  });

  it('has group and fee where there are some', () => {
    const fee = { ppm: 15_000, fixedMinor: 100 };
    expect(terminalRow({ ...TERMINAL, group: 'mall' }, { ...MERCHANT, fee })).toMatchObject({
      group: 'mall',
      merchantFee: fee,
    });
  });

  it('says that the merchant is closed', () => {
    expect(terminalRow(TERMINAL, { ...MERCHANT, status: 'closed' }).merchantStatus).toBe('closed');
  });

  it('has settings as they were entered', () => {
    const settings = {
      providers: ['kakaopay'],
      deadlineMs: 5_000,
      transports: ['tls'],
      storedSales: { amountMinorMax: 1, ageSMax: 2 },
      limits: { perDayCount: 3 },
    };
    expect(terminalRow({ ...TERMINAL, ...settings }, MERCHANT)).toMatchObject(settings);
  });

  it('has the limits of the merchant beside its own', () => {
    const limits = { perDayMinor: 9 };
    expect(terminalRow(TERMINAL, { ...MERCHANT, limits }).limits).toEqual({ merchant: limits });
    const own = { perPaymentMinor: 5 };
    expect(terminalRow({ ...TERMINAL, limits: own }, { ...MERCHANT, limits }).limits).toEqual({
      perPaymentMinor: 5,
      merchant: { perDayMinor: 9 },
    });
  });
});
