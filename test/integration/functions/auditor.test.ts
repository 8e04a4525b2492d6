/** The auditor against a real table: books that are right, edits that somebody planted, and payments that go on meanwhile. */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  type ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TableAudit } from '#core/audit-table.ts';
import { CASE_AFTER_S, caseId } from '#core/operator-case.ts';
import { processPosting } from '#core/process-posting.ts';
import { AUDIT_MS_MAX, runAudit } from '#functions/auditor/run-audit.ts';
import type { LogFields } from '#functions/json-log.ts';
import type { StoreUnderTest } from '#test/support/contracts/payment-store.ts';
import { dynamodbUnderTest } from '#test/support/dynamodb-under-test.ts';
import { type Dynoxide, startDynoxide } from '#test/support/dynoxide.ts';
import { createWorld, KRW, pay, seedWorld, type World } from '#test/support/payment-world.ts';
import { codePay, createProviderWorld } from '#test/support/provider-world.ts';

const MINUTE_MS = 60_000;
const CONFIRM = { op: 'confirm', paymentSequence: 3 } as const;

describe('an audit', () => {
  let dynamodb: Dynoxide;
  let tables = 0;
  let table = '';
  let under: StoreUnderTest;
  let world: World;
  let logged: (readonly [string, string, LogFields])[] = [];
  beforeAll(async () => {
    dynamodb = await startDynoxide();
  });
  afterAll(() => dynamodb.stop());

  const audit = (client: DynamoDBClient = dynamodb.client): Promise<TableAudit> =>
    runAudit({
      client,
      table,
      clock: world.deps.clock,
      timers: world.deps.timers,
      log: (...line) => void logged.push(line),
      shares: 1,
    });
  const whats = async (): Promise<readonly string[]> =>
    (await audit()).violations.map(({ what }) => what);
  const edit = (pk: string, sk: string, set: string, value: string): Promise<unknown> =>
    dynamodb.client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: `SET ${set} = :v`,
        ExpressionAttributeValues: { ':v': { N: value } },
      }),
    );
  const remove = (pk: string, sk: string): Promise<unknown> =>
    dynamodb.client.send(
      new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }),
    );

  beforeEach(async () => {
    tables += 1;
    table = await dynamodb.createTable(`audits-${tables}`);
    logged = [];
    under = dynamodbUnderTest({ client: dynamodb.client, table });
    await seedWorld(under.seed);
    world = createWorld(under.store);
    await world.ask(1, pay());
    await world.ask(2, { op: 'refund', paymentSequence: 1, amountMinor: 30 });
    await world.ask(3, pay({ mode: 'hold' }));
    await world.ask(4, pay({ amountMinor: 101 }));
    await under.count();
    const settle = {
      kind: 'settlement',
      id: 's-1',
      merchant: 'm-1',
      currency: KRW,
      amountMinor: 50,
    } as const;
    await processPosting({ ...world.deps, store: under.ledger }, settle);
  });

  it('finds nothing in books that are right, and says so', async () => {
    const result = await audit();
    expect(result).toMatchObject({ violations: [], records: 4, entries: 3, busy: 0 });
    expect(logged).toEqual([['info', 'audit', { outcome: 'right', count: 0, ms: 0 }]]);
  });

  it.each<readonly [string, () => Promise<unknown>, string]>([
    [
      'a balance',
      () => edit('U#rich', `ACCT#${KRW}`, 'balance', '831'),
      'wallet:rich/410 is 831, its lines sum to 830',
    ],
    [
      'what is held',
      () => edit('U#rich', `ACCT#${KRW}`, 'held', '99'),
      'hold:rich/410 is 99, payments that are held sum to 100',
    ],
    ['a line', () => edit('P#1001#1#1', 'REC', 'ln[0].m', '-99'), 'P#1001#1#1 sums to 1'],
    [
      'a line of an entry',
      () => edit(`J#opening-rich-${KRW}`, 'E', 'ln[0].m', '999'),
      'opening-rich-410 sums to -1',
    ],
    [
      'what a PAY was',
      () => edit('P#1001#1#1', 'REC', 'rf', '0'),
      'P#1001#1#1 was counted with other figures than it has',
    ],
    [
      'a record that is gone',
      () => remove('P#1001#1#1', 'REC'),
      'P#1001#1#1 was counted and has no record',
    ],
    [
      'a request that is gone',
      () => remove('P#1001#1#2', 'REC'),
      'wallet:rich/410 is 830, its lines sum to 800',
    ],
    [
      'an entry that is gone',
      () => remove('J#s-1', 'E'),
      'paid to m-1/410 is 50, its lines sum to 0',
    ],
    [
      'a total',
      () => edit('M#m-1#2', `TOTAL#${KRW}`, 'payableMinor', '71'),
      'merchant m-1 410, lines of payments, is 71, its lines sum to 70',
    ],
    [
      'how a payment was counted',
      () => remove('P#1001#1#1', 'SALE'),
      'P#1001#1#1 is not counted as it stands',
    ],
    [
      'what was paid',
      () => remove('M#m-1', `PAID#${KRW}`),
      'paid to m-1/410 is 0, its lines sum to 50',
    ],
  ])('finds %s that somebody edited', async (_, plant, what) => {
    await plant();
    expect(await whats()).toContain(what);
    expect(logged.at(-1)).toMatchObject(['error', 'audit', { outcome: 'wrong' }]);
    const told = JSON.stringify(logged);
    expect(told).not.toContain('rich');
    expect(told).not.toContain('m-1');
  });

  it('finds a hold that nobody gives back, once the janitor has had its time', async () => {
    world.nowMs += 30 * MINUTE_MS - 1;
    expect(await whats()).toEqual([]);
    world.nowMs += 1_001;
    expect(await whats()).toEqual(['P#1001#1#3 is still held after its end']);
    await world.ask(5, CONFIRM);
    await under.count();
    expect(await whats()).toEqual([]);
  });

  it('finds what a provider has not told, until there is a case for it', async () => {
    const rig = await createProviderWorld(under);
    rig.world.nowMs = world.nowMs;
    await world.ask(6, { op: 'reverse', paymentSequence: 3, reason: 2 });
    rig.model.faults = Array(100).fill('lost');
    await rig.world.ask(7, codePay());
    await under.count();
    world.nowMs += (CASE_AFTER_S + 7_201) * 1_000;
    expect(await whats()).toEqual([
      'P#1001#1#7 waits for its provider for more than a day, and no case was opened',
    ]);
    rig.world.nowMs = world.nowMs;
    await rig.janitor();
    const key = { terminal: 1001, keyVersion: 1, sequence: 7 };
    expect(await under.cases.readCase(caseId('outcome_unknown', key))).toBeDefined();
    expect(await whats()).toEqual([]);
  });

  it('is not misled by payments that go on while it reads', async () => {
    let sequence = 100;
    let pages = 0;
    let turn: Promise<unknown> = Promise.resolve();
    /** Page after page, and after each a payment, as long as two readings take. */
    const busy = {
      send: (command: ScanCommand) => {
        const sent = turn.then(() => dynamodb.client.send(command));
        turn = sent.then(async () => {
          if (command.constructor.name === 'ScanCommand') {
            pages += 1;
            if (pages <= 8) {
              sequence += 1;
              await world.ask(sequence, pay());
              await under.count();
            }
          }
        });
        return sent;
      },
    } as unknown as DynamoDBClient;
    const first = await audit(busy);
    expect(first.violations).toEqual([]);
    expect(pages).toBeGreaterThanOrEqual(8);
    await edit('U#rich', `ACCT#${KRW}`, 'balance', '901');
    pages = 0;
    const second = await audit(busy);
    expect(second.violations.length + second.busy).toBeGreaterThan(0);
    expect(await whats()).toEqual([
      expect.stringMatching(/^wallet:rich\/410 is \d+, its lines sum to -?\d+$/),
    ]);
  });

  it('does not call books right that it could not read in its time', async () => {
    const begunMs = world.nowMs;
    const slow = {
      send: async (command: ScanCommand) => {
        world.nowMs = begunMs + AUDIT_MS_MAX + 1;
        return {
          ...(await dynamodb.client.send(command)),
          LastEvaluatedKey: { pk: { S: 'x' }, sk: { S: 'x' } },
        };
      },
    } as unknown as DynamoDBClient;
    await expect(audit(slow)).rejects.toThrow('out of time');
    expect(logged).toEqual([]);
  });
});
