/** What comes in on the reply queue: which messages are replies, which are meant for this lease and for which request. */
import { decodeUtf8 } from '#protocol/bytes.ts';
import { ReplyText } from '#protocol/envelope-text.ts';
import { decodeReplyEnvelope } from '#protocol/queue-codec.ts';
import type { Counters } from './counters.ts';
import type { BridgeLog } from './log.ts';
import type { Requests } from './requests.ts';

/** Takes a message of the reply queue; true if it is to be deleted. */
export type ReplyIntake = (body: Uint8Array) => boolean;

/** Hands on what carries the fence of this lease; a lower one is deleted, a higher one stays and ends the lease. */
export const createReplyIntake = (deps: {
  readonly instance: string;
  readonly fence: number;
  readonly counters: Counters;
  readonly log: BridgeLog;
  readonly requests: Pick<Requests, 'answered' | 'faulted'>;
  /** Called when a reply shows that the slot belongs to another by now. */
  readonly leaseLost: () => void;
}): ReplyIntake => {
  const { instance, fence, counters, requests } = deps;
  const replies = new ReplyText(instance, fence);
  const takeOther = (body: Uint8Array): boolean => {
    const decoded = decodeReplyEnvelope(decodeUtf8(body) ?? '');
    if (!decoded.ok) {
      counters.reply_malformed += 1;
      deps.log.write('warn', 'reply_malformed');
      return true;
    }
    const reply = decoded.value;
    if (reply.fence > fence) {
      counters.reply_fence_higher += 1;
      deps.leaseLost();
      return false;
    }
    if (reply.fence < fence) {
      counters.reply_fence_lower += 1;
      return true;
    }
    const number = replies.numberOf(reply.corr);
    if (number === undefined) {
      counters.reply_unmatched += 1;
    } else if (reply.kind === 'fault') {
      requests.faulted(number);
    } else {
      requests.answered(number, reply.frame);
    }
    return true;
  };
  return (body) => {
    const reply = replies.read(body);
    if (!reply) {
      return takeOther(body);
    }
    requests.answered(reply.number, reply.frame);
    return true;
  };
};
