/** The wall clock of a region, for what people read. The server judges openings by its own. */

/** IANA name. */
export type RegionZone = 'Asia/Seoul' | 'Asia/Shanghai' | 'UTC';

/** Seconds ahead of UTC. None has changed its clocks since 1991. */
const AHEAD_S: Readonly<Record<RegionZone, number>> = {
  'Asia/Seoul': 9 * 3_600,
  'Asia/Shanghai': 8 * 3_600,
  UTC: 0,
};

const ZONES: Readonly<Record<string, RegionZone>> = { KR: 'Asia/Seoul', CN: 'Asia/Shanghai' };

/** UTC for a region that has none here. */
export const zoneOfRegion = (region: string): RegionZone => ZONES[region] ?? 'UTC';

/** A date whose fields of UTC are those of the wall clock. `atMs`: unix milliseconds. */
export const wallClock = (atMs: number, zone: RegionZone): Date =>
  new Date(atMs + AHEAD_S[zone] * 1000);
