/** How `npm start` refuses: a code, a sentence, what to do, exit code 1; and how its parts share a machine. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { checkBindHost, outsideAddresses } from '#local/bind-host.ts';
import { createBackOff } from '#local/children/back-off.ts';
import { lockFolder } from '#local/lock.ts';
import { synthesise } from '#local/synthesis.ts';

const folder = mkdtempSync(join(tmpdir(), 'cosmopay-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm start`'s own program; `before` is executed in it first. */
const start = async (
  options: { args?: string[]; env?: Record<string, string>; before?: string } = {},
): Promise<{ code: number | null; errors: string }> => {
  const before = options.before ? ['--import', `data:text/javascript,${options.before}`] : [];
  const child = spawn(process.execPath, [...before, 'local/start.mjs', ...(options.args ?? [])], {
    env: {
      ...process.env,
      COSMOPAY_DIR: join(folder, 'data'),
      COSMOPAY_BRIDGE_PORT: '0',
      COSMOPAY_HTTP_PORT: '0',
      ...options.env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { errors: await text(child.stderr), code: await exit };
};

const refused = (code: string): { code: number; errors: unknown } => ({
  code: 1,
  errors: expect.stringMatching(new RegExp(`^${code}: [^\\n]+\\.\\n[^\\n]+\\.\\n$`)),
});

describe('npm start says in two sentences, with exit code 1,', () => {
  it('that a port is taken', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
    );
    for (const name of ['COSMOPAY_BRIDGE_PORT', 'COSMOPAY_HTTP_PORT']) {
      const { code, errors } = await start({ env: { [name]: String(port) } });
      expect({ code, errors }).toEqual(refused('port_taken'));
      expect(errors).toContain(name);
    }
    server.close();
  });
  it('that a system runs in this folder already', async () => {
    const busy = join(folder, 'busy');
    mkdirSync(busy);
    const giveBack = lockFolder(busy);
    expect(await start({ env: { COSMOPAY_DIR: busy } })).toEqual(refused('already_running'));
    giveBack();
  });
  it('that there is no stand-in of the table for this machine', async () => {
    const before = "Object.defineProperty(process,'arch',{value:'mips'})";
    expect(await start({ before })).toEqual(refused('host_unsupported'));
  });
  it('that Node is too old', async () => {
    const before =
      "Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})";
    expect(await start({ before })).toEqual(refused('node_too_old'));
  });
  it.each([
    ['a name', 'localhost', 'bind_invalid'],
    ['an address of another machine', '203.0.113.7', 'bind_invalid'],
    ['nothing', '', 'bind_invalid'],
  ])('that the bridge cannot be bound to %s', async (_what, host, code) => {
    expect(await start({ args: ['--bind', host] })).toEqual(refused(code));
    expect(await start({ env: { COSMOPAY_BIND_HOST: host } })).toEqual(refused(code));
  });
  it.each([
    ['COSMOPAY_HOLD_SECONDS', '0'],
    ['COSMOPAY_HOLD_SECONDS', '86401'],
    ['COSMOPAY_SCHEDULE_SECONDS', '1.5'],
    ['COSMOPAY_BRIDGE_PORT', '65536'],
  ])('that %s is not %s', async (name, value) => {
    expect(await start({ env: { [name]: value } })).toEqual(refused('usage'));
  });
});

describe('the address of the bridge', () => {
  it('is all of this machine, or one of its own', () => {
    expect(
      ['0.0.0.0', ' 10.0.0.7 ', '::'].map((host) => checkBindHost(host, ['10.0.0.7'])),
    ).toEqual(['0.0.0.0', '10.0.0.7', '::']);
  });
  it('is seen from nowhere else on the loopback', () => {
    expect(outsideAddresses('127.0.0.1')).toEqual([]);
  });
});

it('takes over a lock whose owner is gone', () => {
  const data = mkdtempSync(join(folder, 'lock-'));
  writeFileSync(join(data, 'lock'), '4194305 1');
  const giveBack = lockFolder(data);
  expect(() => lockFolder(data)).toThrow(/already runs/);
  giveBack();
  expect(existsSync(join(data, 'lock'))).toBe(false);
});

it('waits twice as long before each restart, up to a bound, until one runs steadily', () => {
  const backOff = createBackOff({ firstMs: 100, mostMs: 500, steadyMs: 1_000 });
  expect([0, 999, 0, 0, 1_000, 0].map((ranMs) => backOff.afterRun(ranMs))).toEqual([
    100, 200, 400, 500, 100, 200,
  ]);
  backOff.reset();
  expect(backOff.afterRun(0)).toBe(100);
});

describe('a build', () => {
  const builds = join(folder, 'builds');
  const run = (word: string) => async (target: string) => {
    mkdirSync(join(target, 'cdk.out'), { recursive: true });
    await new Promise((resolve) => setImmediate(resolve));
    writeFileSync(join(target, 'cdk.out/manifest.json'), word);
  };
  it('is made once for each state of its inputs, and leaves nothing where it fails', async () => {
    const made = [];
    for (const stamp of ['one', 'one', 'two']) {
      made.push((await synthesise({ folder: builds, stamp, run: run(stamp) })).made);
    }
    expect(made).toEqual([true, false, true]);
    const fails = () => Promise.reject(new Error('as asked'));
    await expect(synthesise({ folder: builds, stamp: 'bad', run: fails })).rejects.toThrow('asked');
    expect(readdirSync(builds).sort()).toEqual(['one', 'two']);
  });
  it('is kept whole where several starts make it at once', async () => {
    const both = join(folder, 'both');
    const script = `import { synthesise } from '${join(process.cwd(), 'local/synthesis.ts')}';
      import { mkdirSync, writeFileSync } from 'node:fs';
      import { setTimeout } from 'node:timers/promises';
      const run = async (target) => {
        mkdirSync(target + '/cdk.out');
        for (let at = 0; at < 50; at += 1) { writeFileSync(target + '/cdk.out/' + at, '.'); await setTimeout(1); }
      };
      await synthesise({ folder: '${both}', stamp: 'same', run });`;
    const codes = await Promise.all(
      [1, 2, 3].map(async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
          stdio: 'ignore',
        });
        return new Promise((resolve) => child.once('exit', resolve));
      }),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(readdirSync(both)).toEqual(['same']);
    expect(readdirSync(join(both, 'same/cdk.out'))).toHaveLength(50);
  });
});
