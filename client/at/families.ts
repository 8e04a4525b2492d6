/** The modem families that can be driven, and how one is told from another. */
import { quectel } from './family-quectel.ts';
import { sim800 } from './family-sim800.ts';
import { sim7600 } from './family-sim7600.ts';
import { ublox } from './family-ublox.ts';
import type { FamilyName, ModemFamily } from './modem-family.ts';

export const FAMILIES: Readonly<Record<FamilyName, ModemFamily>> = {
  sim800,
  sim7600,
  quectel,
  ublox,
};

/** By what ATI and AT+CGMM said; undefined where no family knows the model. */
export const familyOf = (identity: string): ModemFamily | undefined =>
  Object.values(FAMILIES).find(({ models }) => models.test(identity));

/** By the name of a family or of one of its models, as people write it: `quectel`, `bg95`, `a7670`, `sara`. */
export const familyNamed = (text: string): ModemFamily | undefined =>
  Object.values(FAMILIES).find(({ name }) => name === text) ?? familyOf(text.toUpperCase());
