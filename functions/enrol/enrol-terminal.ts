/** Gives a terminal its keys, once, for the code that an operator had made: the only place where both masters meet. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { auditId, auditWrite } from '#adapters/dynamodb/audit-trail.ts';
import type { TableAccess } from '#adapters/dynamodb/dynamodb-payment-store.ts';
import { writeGuarded } from '#adapters/dynamodb/guarded-write.ts';
import { type Enrolment, tryEnrolment, useEnrolment } from '#adapters/dynamodb/provisioning.ts';
import { normalEnrolmentCode } from '#core/enrolment.ts';
import { OutageError } from '#core/outage.ts';
import type { Clock } from '#core/ports.ts';
import { toHex } from '#protocol/bytes.ts';
import { deriveLinkKeys, deriveMessageKeys } from '#protocol/cp1/keys.ts';
import type { Crypto } from '#protocol/crypto.ts';

export interface EnrolDeps {
  readonly access: TableAccess;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly linkMaster: Uint8Array;
  readonly messageMaster: Uint8Array;
}

/** What a terminal stores, and nobody is told again. */
export interface TerminalKeys {
  readonly terminal: number;
  readonly keyVersion: number;
  /** Hexadecimal. */
  readonly linkKey: string;
  readonly messageKey: string;
}

/** Undefined: the code is wrong, used, too old, or was tried too often; which of them, nobody learns. */
export const enrolTerminal = async (
  deps: EnrolDeps,
  { terminal, code }: { readonly terminal: number; readonly code: string },
): Promise<TerminalKeys | undefined> => {
  const { access, clock, crypto } = deps;
  const nowMs = clock.nowMs();
  const enrolment = await tryEnrolment(access, terminal, Math.floor(nowMs / 1000));
  if (enrolment === undefined || !isCode(enrolment, code)) {
    return undefined;
  }
  const { keyVersion } = enrolment;
  const { outcome } = await writeGuarded(access, [
    useEnrolment(access.table, enrolment, Math.floor(nowMs / 1000)),
    auditWrite(access.table, {
      id: auditId(nowMs, `enrol-${terminal}-${keyVersion}`),
      atMs: nowMs,
      actor: 'enrolment',
      operation: 'enrol',
      subject: `terminal/${terminal}`,
      detail: { keyVersion },
    }),
  ]);
  if (outcome === 'conflict') {
    throw new OutageError('store_contended');
  }
  return outcome === 'refused'
    ? undefined
    : {
        terminal,
        keyVersion,
        linkKey: toHex(deriveLinkKeys(crypto, deps.linkMaster, terminal, keyVersion).linkKey),
        messageKey: toHex(
          deriveMessageKeys(crypto, deps.messageMaster, terminal, keyVersion).messageKey,
        ),
      };
};

/** Compared as hashes of one length, in the same time whatever they are. */
const isCode = ({ codeHash }: Enrolment, code: string): boolean => {
  const given = createHash('sha256')
    .update(normalEnrolmentCode(code) ?? '')
    .digest();
  return timingSafeEqual(given, Buffer.from(codeHash, 'hex'));
};
