/** The modems in software, by family. */
import type { FamilyName } from '../at/modem-family.ts';
import type { VirtualFamily } from './virtual-family.ts';
import { virtualQuectel } from './virtual-quectel.ts';
import { virtualSim800 } from './virtual-sim800.ts';
import { virtualSim7600 } from './virtual-sim7600.ts';
import { virtualUblox } from './virtual-ublox.ts';

export const VIRTUAL_FAMILIES: Readonly<Record<FamilyName, VirtualFamily>> = {
  sim800: virtualSim800,
  sim7600: virtualSim7600,
  quectel: virtualQuectel,
  ublox: virtualUblox,
};
