/** EventBridge rule -> Lambda, for rates. */
import { LocalError } from '../local-error.ts';
import type { Invocable, Source } from './source.ts';

const UNITS_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Milliseconds between two runs. Throws for cron expressions and for anything that is no rate. */
export const parseRateMs = (expression: string): number => {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = UNITS_MS[unit];
  if (unitMs === undefined || Number(count) < 1) {
    throw new LocalError(
      'template_unsupported',
      `The schedule ${expression} is not supported.`,
      'Use a rate in infra/, or teach local/mappings/schedule.ts about it.',
    );
  }
  return Number(count) * unitMs;
};

/** Runs the target after each interval, the first time after one; a run that fails is left to the next, as with no retries on AWS. */
export const startSchedule = (schedule: {
  readonly expression: string;
  readonly ruleArn: string;
  readonly region: string;
  readonly target: Invocable;
  /** In place of the expression's rate, which is still checked. */
  readonly everyMs?: number | undefined;
}): Source => {
  const run = (): void => {
    schedule.target
      .invoke({
        version: '0',
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        region: schedule.region,
        time: new Date().toISOString(),
        resources: [schedule.ruleArn],
        detail: {},
      })
      .catch(() => undefined);
  };
  const rateMs = parseRateMs(schedule.expression);
  const timer = setInterval(run, schedule.everyMs ?? rateMs);
  return {
    close: () => {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
};
