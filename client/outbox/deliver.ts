/** One round of asking for what the outbox keeps; it leaves the outbox on the answer to that exact request, and only then. */
import { CODES, type CodeName } from '#protocol/codes.ts';
import type { Reply } from '#protocol/reply.ts';
import type { Ask, RequestAsker } from '../request-asker.ts';
import type { Outbox } from './file-outbox.ts';
import type { OpenRequest } from './outbox-log.ts';

export type Delivery =
  | { readonly kind: 'settled'; readonly reply: Reply }
  /** Asked again later. */
  | { readonly kind: 'silent' }
  /** Nothing was learnt, and asking again will not help: the operator must look. */
  | { readonly kind: 'stopped'; readonly code: CodeName };

/** A sale that is over may be refused; money that has to come back may not. */
const settles = (request: OpenRequest, { code }: Reply): boolean =>
  request.kind === 'reverse' ? code === 'approved' : CODES[code].class !== 'silent';

export const deliver = async (
  asker: RequestAsker,
  outbox: Outbox,
  { request, ...rest }: Omit<Ask, 'frame'> & { readonly request: OpenRequest },
): Promise<Delivery> => {
  const answer = await asker.ask({ frame: request.frame, ...rest });
  if (answer.kind === 'silent') {
    return { kind: 'silent' };
  }
  if (answer.kind === 'stopped') {
    return answer;
  }
  if (!settles(request, answer.reply)) {
    return { kind: 'stopped', code: answer.reply.code };
  }
  outbox.settle(request.sequence);
  return { kind: 'settled', reply: answer.reply };
};
