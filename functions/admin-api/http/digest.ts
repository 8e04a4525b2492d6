/** SHA-256 as hexadecimal text: of keys, of what was asked, of codes. */
import { createHash } from 'node:crypto';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
