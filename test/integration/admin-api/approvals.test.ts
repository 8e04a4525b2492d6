import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPROVAL_S } from '#functions/admin-api/approvals.ts';
import { type AdminWorld, START_MS, startAdminWorld } from '#test/support/admin-world.ts';

let world: AdminWorld;
let next = 100;
beforeAll(async () => {
  world = await startAdminWorld();
  await world.ask('POST', '/v1/merchants', {
    body: { id: 'm-1', name: 'Rose', status: 'open', zone: 'Asia/Seoul' },
  });
});
afterAll(() => world.stop());

const one = { subject: 'sec-1', roles: ['security'] as const };
const two = { subject: 'sec-2', roles: ['security'] as const };
/** A terminal of its own, and the request that it be retired. */
const asked = async (key?: string) => {
  next += 1;
  await world.ask('POST', '/v1/terminals', { body: { id: next, merchant: 'm-1', region: 'KR' } });
  const path = `/v1/terminals/${next}/retire`;
  const { status, body } = await world.ask('POST', path, key === undefined ? one : { ...one, key });
  expect(status).toBe(202);
  return { terminal: next, id: body.approval.id as string, path };
};
const decide = (id: string, verb: 'approve' | 'reject', who: object = two) =>
  world.ask('POST', `/v1/approvals/${id}/${verb}`, who);
const statusOf = async (terminal: number) =>
  (await world.ask('GET', `/v1/terminals/${terminal}`)).body.status;

describe('a change that needs two people', () => {
  it('is not made by one, and shows as what was asked for', async () => {
    const { terminal, id } = await asked();
    expect(await statusOf(terminal)).toBe('active');
    const { body } = await world.ask('GET', '/v1/approvals?limit=100');
    expect(body.items.find((item: { id: string }) => item.id === id)).toEqual({
      id,
      operation: 'terminals.retire',
      state: 'pending',
      requestedBy: 'sec-1',
      requestedAtS: START_MS / 1000,
      expiresAtS: START_MS / 1000 + APPROVAL_S,
      asked: { params: { id: terminal }, query: {}, body: {} },
    });
  });

  it('is made once another person approves, with both in the trail', async () => {
    const { terminal, id } = await asked();
    // Entries of one millisecond have no order: the approval comes in the next.
    world.nowMs = START_MS + 1;
    const { status, body } = await decide(id, 'approve');
    expect([status, body.approval.state, body.result.status]).toEqual([201, 'approved', 'retired']);
    expect(await statusOf(terminal)).toBe('retired');
    const trail = await world.ask('GET', '/v1/audit?day=2026-03-02&limit=100');
    expect(
      trail.body.items.find(
        (entry: { subject: string }) => entry.subject === `terminal/${terminal}`,
      ),
    ).toMatchObject({
      actor: 'sec-2',
      operation: 'approvals.approve',
      detail: { approves: 'terminals.retire', requestedBy: 'sec-1' },
    });
    world.nowMs = START_MS;
  });

  it('is never approved by whoever asked for it, in whatever role', async () => {
    const { terminal, id } = await asked();
    const { status, body } = await decide(id, 'approve', { ...one, roles: undefined });
    expect([status, body.code]).toEqual([403, 'second_person_required']);
    expect(await statusOf(terminal)).toBe('active');
  });

  it('is approved only by someone who could have asked for it', async () => {
    const { id } = await asked();
    for (const role of ['viewer', 'operator', 'finance']) {
      const { status, body } = await decide(id, 'approve', { subject: 'x', roles: [role] });
      expect([role, status, body.code]).toEqual([role, 403, 'role_required']);
    }
  });

  it('is decided once, however many decide at once', async () => {
    const { id } = await asked();
    const answers = await Promise.all([
      decide(id, 'approve'),
      decide(id, 'reject', { ...two, subject: 'sec-3' }),
      decide(id, 'approve', { ...two, subject: 'sec-4' }),
    ]);
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    for (const verb of ['approve', 'reject'] as const) {
      const late = await decide(id, verb);
      expect([late.status, late.body.code]).toEqual([409, 'already_decided']);
    }
  });

  it('may be taken back by whoever asked, and is not made then', async () => {
    const { terminal, id } = await asked();
    expect((await decide(id, 'reject', one)).body.approval.state).toBe('rejected');
    expect((await decide(id, 'approve')).body.code).toBe('already_decided');
    expect(await statusOf(terminal)).toBe('active');
  });

  it('waits four days, and not a second more', async () => {
    const [early, late] = [await asked(), await asked()];
    world.nowMs = START_MS + APPROVAL_S * 1000 - 1;
    expect((await decide(early.id, 'approve')).status).toBe(201);
    world.nowMs = START_MS + APPROVAL_S * 1000;
    expect((await decide(late.id, 'approve')).body.code).toBe('state_conflict');
    const { body } = await world.ask('GET', '/v1/approvals?limit=100');
    expect(body.items.find((item: { id: string }) => item.id === late.id).state).toBe('expired');
    world.nowMs = START_MS;
  });

  it('is asked for once under one key, and one approval answers alike when it is repeated', async () => {
    const { id, path } = await asked('retire-it');
    const again = await world.ask('POST', path, { ...one, key: 'retire-it' });
    expect([again.status, again.body.approval.id]).toEqual([202, id]);
    const first = await decide(id, 'approve', { ...two, key: 'approve-it' });
    const repeated = await decide(id, 'approve', { ...two, key: 'approve-it' });
    expect([repeated.status, repeated.body]).toEqual([first.status, first.body]);
  });

  it('meets the state at the time of the approval, not of the request', async () => {
    const { terminal, id } = await asked();
    const other = await world.ask('POST', `/v1/terminals/${terminal}/retire`, one);
    await decide(other.body.approval.id, 'approve');
    const { status, body } = await decide(id, 'approve');
    expect([status, body.code]).toEqual([409, 'state_conflict']);
  });

  it('is none where there is no such approval', async () => {
    expect((await decide('1-0123456789ab', 'approve')).status).toBe(404);
    expect((await decide('nothing', 'approve')).status).toBe(400);
  });
});
