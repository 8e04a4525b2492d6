/** What comes in on the reply queue: which messages are replies, which are meant for this lease and for which request. */
import type { ReplyEnvelope } from '#protocol/envelope.ts';
import { decodeReplyEnvelope } from '#protocol/queue-codec.ts';
import type { Counters } from './counters.ts';
import type { BridgeLog } from './log.ts';

/** Takes a message of the reply queue; true if it is to be deleted. */
export type ReplyIntake = (body: string) => boolean;

/** Hands on what carries the fence of this lease; a lower one is deleted, a higher one stays and ends the lease. */
export const createReplyIntake = (deps: {
  readonly fence: number;
  readonly counters: Counters;
  readonly log: BridgeLog;
  readonly deliver: (reply: ReplyEnvelope) => void;
  /** Called when a reply shows that the slot belongs to another by now. */
  readonly leaseLost: () => void;
}): ReplyIntake => {
  const { fence, counters } = deps;
  return (body) => {
    const decoded = decodeReplyEnvelope(body);
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
    deps.deliver(reply);
    return true;
  };
};
