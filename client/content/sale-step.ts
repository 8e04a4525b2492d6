/** The steps of a sale as they happen. They name no identifier, so that screens and logs may show them. */

/** In about the order in which a sale takes them. */
export const SALE_STEPS = [
  'kept',
  'no_connection',
  'connected',
  'signed_on',
  'sent',
  'sent_again',
  'busy',
  'asking_status',
  'reversing',
  'answered',
] as const;
export type SaleStep = (typeof SALE_STEPS)[number];
export type OnStep = (step: SaleStep) => void;

/** For operators and logs. */
export const STEP_TEXTS: Readonly<Record<SaleStep, string>> = {
  kept: 'request kept on disk',
  no_connection: 'no connection yet',
  connected: 'connected',
  signed_on: 'signed on',
  sent: 'request sent',
  sent_again: 'request sent again',
  busy: 'the system is busy',
  asking_status: 'no answer yet: asking what became of it',
  reversing: 'taking the payment back',
  answered: 'answer accepted',
};
