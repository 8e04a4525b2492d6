import { expect, it } from 'vitest';
import { TimerWheel, WheelNode } from '#bridge/timer-wheel.ts';

const wheelAt = (nowMs: number): { wheel: TimerWheel<WheelNode>; fired: WheelNode[] } => {
  const fired: WheelNode[] = [];
  return { wheel: new TimerWheel(nowMs, (node) => fired.push(node)), fired };
};

it.each([100, 1_000, 15_000, 102_400, 900_000])(
  'fires a deadline of %i ms not before it, and at most 0.2 s after it',
  (ms) => {
    const { wheel, fired } = wheelAt(5_000);
    wheel.schedule(new WheelNode(), ms);
    for (let at = 5_100; at <= 5_000 + ms; at += 100) {
      wheel.advance(at);
    }
    expect(fired).toHaveLength(0);
    wheel.advance(5_000 + ms + 100);
    wheel.advance(5_000 + ms + 200);
    expect(fired).toHaveLength(1);
  },
);

it('moves a deadline back and forth, and forgets a cancelled one', () => {
  const { wheel, fired } = wheelAt(0);
  const later = new WheelNode();
  const sooner = new WheelNode();
  const never = new WheelNode();
  wheel.schedule(later, 1_000);
  wheel.schedule(later, 5_000);
  wheel.schedule(sooner, 5_000);
  wheel.schedule(sooner, 1_000);
  wheel.schedule(never, 1_000);
  wheel.cancel(never);
  wheel.advance(2_000);
  expect(fired).toEqual([sooner]);
  wheel.advance(5_300);
  expect(fired).toEqual([sooner, later]);
});

it('fires what became due while the process was stopped for hours', () => {
  const { wheel, fired } = wheelAt(0);
  wheel.schedule(new WheelNode(), 15_000);
  wheel.advance(10_000_000);
  expect(fired).toHaveLength(1);
});
