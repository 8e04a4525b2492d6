/** What the functions' bundles hold in place of the SDK's event streams: none of the operations we call has one. */

const refuse = (): never => {
  throw new Error('Event streams are not part of this bundle.');
};

/** Named as in @smithy/core/event-streams, where HttpProtocol loads them on demand. */
export const EventStreamSerde: () => never = refuse;
export const eventStreamSerdeProvider: () => never = refuse;
