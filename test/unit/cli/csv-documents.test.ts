/** Users and sale windows as CSV. */
import { describe, expect, it } from 'vitest';
import { CliError } from '#cli/cli-error.ts';
import { USERS, usersCsv, usersOf } from '#cli/user-csv.ts';
import { WINDOWS, windowsCsv, windowsOf } from '#cli/window-csv.ts';

describe('windows as CSV', () => {
  it('have a line for each of their hours', () => {
    const text = [
      'id,days,from,to,zone,priority,skus,regions',
      'day,1-5 7,09:00,21:00,Asia/Seoul,2,LIP-01 CRM-02,',
      'day,6,10:00,24:00,,,,',
      'shut,,,,UTC,,,KR',
    ].join('\n');
    expect(windowsOf(text)).toEqual([
      {
        line: 2,
        id: 'day',
        fields: {
          zone: 'Asia/Seoul',
          priority: 2,
          scope: { skus: ['LIP-01', 'CRM-02'] },
          weekly: [
            { days: [1, 2, 3, 4, 5, 7], from: '09:00', to: '21:00' },
            { days: [6], from: '10:00', to: '24:00' },
          ],
        },
      },
      {
        line: 4,
        id: 'shut',
        fields: { zone: 'UTC', priority: undefined, scope: { regions: ['KR'] }, weekly: [] },
      },
    ]);
  });

  it('keep what has no column, and lose what has an empty cell', () => {
    const before = {
      zone: 'UTC',
      weekly: [{ days: [1], from: '09:00', to: '10:00' }],
      exceptions: [1],
      priority: 3,
    };
    const [first] = windowsOf('id,priority\nday,\n');
    expect(WINDOWS.merge(before, first?.fields ?? {})).toEqual({ ...before, priority: undefined });
  });

  it('come back as they went out', () => {
    const window = {
      ...{
        id: 'day',
        version: 3,
        changedAtS: 1,
        zone: 'Asia/Seoul',
        priority: -1,
        status: 'draft',
      },
      weekly: [
        { days: [1, 2], from: '09:00', to: '21:00' },
        { days: [7], from: '22:00', to: '02:00' },
      ],
      scope: { skus: ['LIP-01'], groups: ['street', 'mall'] },
    };
    const [entry] = windowsOf(windowsCsv([window]));
    const { id: _id, version: _version, changedAtS: _at, ...fields } = window;
    expect(JSON.parse(JSON.stringify(entry?.fields))).toEqual(fields);
    expect(windowsOf(windowsCsv([{ ...window, weekly: [] }]))[0]?.fields.weekly).toEqual([]);
  });

  it('are refused where one goes on after another', () => {
    expect(() => windowsOf('id,days\na,1\nb,1\na,2\n')).toThrow(CliError);
    expect(() => windowsOf('days\n1\n')).toThrow('column');
  });

  it('leave to the API what is no number', () => {
    expect(windowsOf('id,days,priority\na,1 x,high\n')[0]?.fields).toMatchObject({
      priority: 'high',
      weekly: [{ days: [1, 'x'] }],
    });
  });
});

describe('users as CSV', () => {
  it('are made with a name, and left alone when it is the one that is masked', () => {
    const [ann] = usersOf('id,name,locale,currency\nann,Annabel,en-GB,410\n');
    expect(ann).toEqual({
      line: 2,
      id: 'ann',
      fields: { name: 'Annabel', locale: 'en-GB', currency: 410 },
    });
    const before = { name: 'A**', locale: 'en-GB' };
    expect(USERS.merge(before, ann?.fields ?? {})).toEqual(before);
    expect(USERS.merge(before, { name: 'Bo' })).toEqual({ name: 'Bo', locale: 'en-GB' });
    expect(USERS.merge(before, { locale: 'ko' })).toEqual({ name: 'A**', locale: 'ko' });
  });

  it('come back as they went out', () => {
    const text = usersCsv([{ id: 'ann', name: '=**', locale: 'ko', currencies: [410, 156] }]);
    expect(text).toContain("'=**");
    expect(usersOf(text)[0]?.fields).toEqual({ name: '=**', locale: 'ko', currency: 410 });
    expect(usersOf('id,name,currency\nann,x,won\n')[0]?.fields.currency).toBe('won');
  });
});
