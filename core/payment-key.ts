/** Which PAY a request is about. */
import type { RequestKey } from '#protocol/request.ts';
import type { Inbound } from './inbound.ts';

/** The PAY that a request is about: its key version is the request's own where it names none; a PAY is about itself. */
export const paymentKey = ({ key, request }: Pick<Inbound, 'key' | 'request'>): RequestKey =>
  'paymentSequence' in request
    ? {
        terminal: key.terminal,
        keyVersion: request.paymentKeyVersion ?? key.keyVersion,
        sequence: request.paymentSequence,
      }
    : key;
