/** A countdown that ticks in the browser on the kiosk's clock. */
import { h, type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { countdownText } from '#client/content/countdown.ts';

const TICK_MS = 1_000;

/** Milliseconds of the kiosk's clock, once a second. `offsetMs`: that clock less the browser's. */
export const useKioskNow = (offsetMs: number): number => {
  const [nowMs, setNowMs] = useState(() => Date.now() + offsetMs);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now() + offsetMs), TICK_MS);
    return () => clearInterval(timer);
  }, [offsetMs]);
  return nowMs;
};

export const Countdown = ({
  untilMs,
  offsetMs,
  locale,
}: {
  readonly untilMs: number;
  readonly offsetMs: number;
  readonly locale: string;
}): JSX.Element => {
  const nowMs = useKioskNow(offsetMs);
  // Spoken once, not every second.
  return h(
    'span',
    { class: 'countdown', role: 'timer', 'aria-live': 'off' },
    countdownText(untilMs - nowMs, locale),
  );
};
