/** When a frame is the answer to a request, and how the same request is asked again. */
import { equalBytes } from '#protocol/bytes.ts';
import {
  bodyEnd,
  clearedTag,
  FLAG_REPEAT,
  frameKeyVersion,
  frameSequence,
  frameTerminal,
  frameType,
  TYPE_DOWN,
  verifyTag,
} from '#protocol/cp1/frame.ts';
import type { MessageKeys } from '#protocol/cp1/keys.ts';
import { decodeReply } from '#protocol/cp1/reply-codec.ts';
import type { Reply } from '#protocol/reply.ts';

/** The reply, only if its tag verifies, its type and K are the request's, and key 0 is the request's tag. */
export const acceptReply = (
  keys: MessageKeys,
  request: Uint8Array,
  frame: Uint8Array,
): Reply | undefined => {
  const sameRequest =
    frameType(frame) === (frameType(request) | TYPE_DOWN) &&
    frameTerminal(frame) === frameTerminal(request) &&
    frameKeyVersion(frame) === frameKeyVersion(request) &&
    frameSequence(frame) === frameSequence(request);
  if (!sameRequest || !verifyTag(frame, keys.reply)) {
    return undefined;
  }
  const decoded = decodeReply(frame);
  if (!decoded.ok) {
    return undefined;
  }
  return equalBytes(decoded.value.requestTag, clearedTag(request, keys.request))
    ? decoded.value
    : undefined;
};

/** The same request with the REPEAT flag, tagged anew; all other bytes stay. */
export const repeated = (keys: MessageKeys, request: Uint8Array): Uint8Array => {
  const frame = request.slice();
  frame[1] = (frame[1] ?? 0) | FLAG_REPEAT;
  keys.request.writeTag(frame, bodyEnd(frame), frame, bodyEnd(frame));
  return frame;
};
