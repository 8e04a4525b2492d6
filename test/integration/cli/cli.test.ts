/** Commands against the real API on a table: what they print, what they change, how they end. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPayment } from '#adapters/dynamodb/payment-lists.ts';
import { runCli } from '#cli/program.ts';
import { summaryOf } from '#core/payment-summary.ts';
import { ROLES, type Role } from '#functions/admin-api/access/roles.ts';
import { type AdminWorld, START_MS, startAdminWorld } from '#test/support/admin-world.ts';
import { cliDeps } from '#test/support/cli-deps.ts';
import { payRecord } from '#test/support/pay-record.ts';

let world: AdminWorld;
let folder = '';
beforeAll(async () => {
  world = await startAdminWorld();
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.stop();
});

interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}
const run = async (
  line: string,
  { subject = 'alice', roles = ROLES }: { subject?: string; roles?: readonly Role[] } = {},
): Promise<Ran> => {
  const told = { out: [] as string[], err: [] as string[] };
  const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  const exit = await runCli(
    args,
    cliDeps({
      fetch: async (url, init) => world.app.request(String(url).replace('http://api', ''), init),
      out: (text) => void told.out.push(text),
      err: (text) => void told.err.push(text),
      env: {
        COSMOPAY_API: 'http://api',
        COSMOPAY_TOKEN: world.forge.token({ sub: subject, 'cognito:groups': roles }),
      },
    }),
  );
  return { exit, out: told.out.join('\n'), err: told.err.join('\n') };
};
const json = async (line: string): Promise<readonly Record<string, unknown>[]> =>
  (await run(`${line} --json`)).out
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text) as Record<string, unknown>);

describe('an operator', () => {
  it('sets a shop up, looks at it, and changes it', async () => {
    for (const line of [
      'region add --set id=KR --set currency=410 --set zone=Asia/Seoul',
      'merchant add --set id=m-1 --set name="Rose" --set status=open --set zone=Asia/Seoul',
      'user add --set id=ann --set name=Ann --set locale=en-US --set currency=410',
    ]) {
      expect(await run(line)).toMatchObject({ exit: 0, err: '' });
    }
    const added = await run('terminal add --set id=1001 --set merchant=m-1 --set region=KR');
    expect(added.out).toMatch(/enrolment +\{.*"code":"([0-9A-Z]{5}-){5}/);
    expect((await run('terminal list')).out).toContain('1001  active  m-1       KR');
    expect(await run('merchant change m-1 --set name=Lily')).toMatchObject({ exit: 0 });
    expect(await json('merchant show m-1')).toMatchObject([{ name: 'Lily', zone: 'Asia/Seoul' }]);
    expect((await run('terminal change 1001 --set label=Lobby')).exit).toBe(0);
    expect(await json('terminal list')).toMatchObject([{ id: 1001, label: 'Lobby' }]);
  });

  it('is told what is wrong, and what to do, with a code for scripts', async () => {
    expect(
      await run('merchant add --set id=m-1 --set name=x --set status=open --set zone=UTC'),
    ).toEqual({
      ...{ exit: 1, out: '' },
      err: 'already_exists: There is one of that id already.\nSee already_exists in docs/errors.md.',
    });
    const wrong = await run(
      'merchant add --set id=m-2 --set name=x --set status=shut --set zone=UTC',
    );
    expect(wrong.err).toContain('  status: ');
    expect((await run('merchant list', { roles: [] })).err).toContain('one of the roles: viewer');
    expect(await run('merchant show none')).toMatchObject({ exit: 1 });
    expect(await run('merchant paint')).toMatchObject({ exit: 2, out: '' });
    expect(await run('payment show 7')).toMatchObject({ exit: 2 });
  });

  it('posts money once under a key, and waits for a second person where two are needed', async () => {
    const topUp = 'posting top_up --id tu-1 --amount 500 --currency 410 --user ann';
    expect((await run(`${topUp} --idempotency-key one-key-1`)).exit).toBe(0);
    expect((await run(`${topUp} --idempotency-key one-key-1`)).exit).toBe(0);
    expect(await json('user accounts ann')).toMatchObject([[{ balanceMinor: 500 }]]);
    const asked = await run('posting adjustment --id ad-1 --amount 5 --currency 410 --user ann');
    expect(asked.exit).toBe(4);
    const [, id] = /approval approve (\S+?)`/.exec(asked.err) ?? [];
    expect((await run(`approval approve ${id}`)).err).toContain('second_person_required');
    expect((await run(`approval approve ${id}`, { subject: 'bo' })).exit).toBe(0);
    expect(await json('user accounts ann')).toMatchObject([[{ balanceMinor: 505 }]]);
    expect((await run('audit --day 2026-03-02')).out).toContain('approvals.approve');
  });

  it('finds payments, and reads a settlement as a file', async () => {
    const record = payRecord(7, {}, { decidedAtS: START_MS / 1000 });
    const summary = summaryOf(record);
    if (summary !== undefined) {
      await listPayment(world.access, summary);
    }
    expect((await run('payment list --merchant m-1')).out).toContain(
      '1001-1-7  2026-03-02 03:04:05Z',
    );
    expect(await json('payment list --state voided')).toEqual([]);
    const { out } = await run('settlement m-1 --from 2026-03-01 --to 2026-03-02 --csv');
    expect(out).toBe('merchant,day,currency');
    expect((await run('tail')).exit).toBe(0);
  });
});

describe('an import of products', () => {
  const COUNT = 260;
  const BAD = [3, 40, 200];
  const csv = (): string => {
    const lines = Array.from({ length: COUNT }, (_, at) =>
      BAD.includes(at) ? `P-${at},,lips,x` : `P-${at},"Lipstick, ${at}",lips,${100 + at}`,
    );
    const file = join(folder, 'products.csv');
    writeFileSync(file, ['id,name,category,price.KR', ...lines].join('\n'));
    return file;
  };

  it('tells first, then makes all that are right, names the others by line, and can be run again', async () => {
    const file = csv();
    const dry = await run(`product import ${file} --dry-run`);
    expect(dry.exit).toBe(1);
    expect(dry.out).toContain(
      `It would be: ${COUNT - 3} created, 0 changed, 0 unchanged, 3 refused.`,
    );
    expect((await json('product list')).length).toBe(0);
    const first = await run(`product import ${file}`);
    expect(first.out).toContain(`${COUNT - 3} created, 0 changed, 0 unchanged, 3 refused.`);
    for (const at of BAD) {
      expect(first.out).toMatch(new RegExp(`^${at + 2} +P-${at} +.*name`, 'm'));
    }
    expect(first.err).toContain(`${COUNT} of ${COUNT} products`);
    const again = await run(`product import ${file}`);
    expect(again.out).toContain(`0 created, 0 changed, ${COUNT - 3} unchanged, 3 refused.`);
  });

  it('takes what was exported, and changes nothing', async () => {
    const { out } = await run('product export');
    const file = join(folder, 'exported.csv');
    writeFileSync(file, out);
    const again = await run(`product import ${file}`);
    expect([again.exit, again.out]).toEqual([
      0,
      `0 created, 0 changed, ${COUNT - 3} unchanged, 0 refused.`,
    ]);
  });

  it('refuses a line that is there twice in a batch, and one that spoils its batch', async () => {
    const file = join(folder, 'odd.csv');
    writeFileSync(
      file,
      `id,name,category,price.KR\nQ-1,A,lips,5\nQ-1,B,lips,6\n"${'x'.repeat(70)}",C,lips,7\n`,
    );
    const reports = await json(`product import ${file}`);
    expect(reports.map(({ line, outcome }) => [line, outcome])).toEqual([
      [2, 'created'],
      [3, 'refused'],
      [4, 'refused'],
    ]);
  });
});

describe('windows and users as CSV', () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('go in, are told by line where they are wrong, and change nothing when they go in again', async () => {
    const windows = file(
      'windows.csv',
      'id,days,from,to,zone\nw-1,1-5,09:00,21:00,Asia/Seoul\nw-1,6,10:00,18:00,\nw-2,1-9,09:00,25:00,Asia/Seoul\n',
    );
    const dry = await run(`window import ${windows} --dry-run`);
    expect(dry.out).toContain('It would be: 1 created, 0 changed, 0 unchanged, 1 refused');
    expect(dry.out).toMatch(/^4 +w-2 +weekly/m);
    expect((await world.ask('GET', '/v1/windows/w-1')).status).toBe(404);
    const first = await run(`window import ${windows}`);
    expect(first.exit).toBe(1);
    expect(first.out).toMatch(/^4 +w-2 +weekly/m);
    expect(first.out).toContain('1 created, 0 changed, 0 unchanged, 1 refused');
    const again = await run(`window import ${windows}`);
    expect(again.out).toContain('0 created, 0 changed, 1 unchanged, 1 refused');
    expect((await world.ask('GET', '/v1/windows/w-1')).body).toMatchObject({
      version: 1,
      weekly: [{ days: [1, 2, 3, 4, 5] }, { days: [6], from: '10:00' }],
    });
  });

  it('change what they name, and come out as they go in', async () => {
    const changed = file('more.csv', 'id,zone,priority\nw-1,UTC,4\n');
    expect((await run(`window import ${changed}`)).out).toContain('1 changed');
    expect((await world.ask('GET', '/v1/windows/w-1')).body).toMatchObject({
      version: 2,
      zone: 'UTC',
      priority: 4,
      weekly: [{ days: [1, 2, 3, 4, 5] }, { days: [6] }],
    });
    const out = file('out.csv', (await run('window export')).out);
    expect((await run(`window import ${out}`)).out).toMatch(/^0 created, 0 changed/m);
  });

  it('make users, masked, once', async () => {
    const users = file('users.csv', 'id,name,locale,currency\ncara,Cara,ko-KR,410\ndan,Dan,,410\n');
    const first = await run(`user import ${users}`);
    expect(first.out).toContain('1 created');
    expect(first.out).toMatch(/^3 +dan +locale/m);
    expect((await run(`user import ${users}`)).out).toContain('1 unchanged');
    const out = file('users-out.csv', (await run('user export')).out);
    expect((await run(`user import ${out}`)).out).toMatch(
      /0 created, 0 changed, \d+ unchanged, 0 refused/,
    );
    const twice = file('twice.csv', 'id,name\ncara,x\ncara,y\n');
    expect((await run(`user import ${twice}`)).exit).toBe(2);
  });

  it('webhooks are resources too', async () => {
    const set =
      '--set id=shop --set url=https://shop.example/ --set description=Shop --set enabled=true';
    expect((await run(`webhook add ${set}`)).exit).toBe(0);
    expect((await run('webhook change shop --set enabled=false')).exit).toBe(0);
    expect((await run('webhook list')).out).toContain('false');
    expect((await run('webhook remove shop')).exit).toBe(0);
  });
});
