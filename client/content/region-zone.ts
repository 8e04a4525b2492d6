/** The wall clock of a region, for what people read. The server judges openings by its own. */

const ZONES: Readonly<Record<string, string>> = { KR: 'Asia/Seoul', CN: 'Asia/Shanghai' };

/** IANA zone; UTC for a region that has none here. */
export const zoneOfRegion = (region: string): string => ZONES[region] ?? 'UTC';
