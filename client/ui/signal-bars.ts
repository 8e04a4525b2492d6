/** The signal as people know it from phones. */

/** 0 to 4 bars of a signal 0 .. 31, 99 unknown. */
export const signalBars = (signal: number): number => {
  if (signal === 99 || signal < 2) {
    return 0;
  }
  return signal >= 20 ? 4 : Math.ceil((signal - 1) / 6);
};
