/** Every answer in English: a title and what the customer does next. */
import type { ScreenWords } from './screen-words.ts';

export const wordsEn: ScreenWords = {
  codes: {
    approved: { title: 'Paid', hint: 'Thank you. Please take your product.' },
    identifier_unknown: {
      title: 'We do not know this code',
      hint: 'Check it, or show another one.',
    },
    identifier_ambiguous: {
      title: 'This code is not clear',
      hint: 'Please use another way to pay.',
    },
    identifier_expired: { title: 'This code has expired', hint: 'Please show a new one.' },
    identifier_used: { title: 'This code was used before', hint: 'Please show a new one.' },
    user_blocked: { title: 'This account is blocked', hint: 'Please contact customer service.' },
    insufficient_funds: { title: 'Not enough balance', hint: 'Top up, or choose another product.' },
    limit_exceeded: { title: 'Above the limit', hint: 'Please choose a smaller amount.' },
    frequency_exceeded: { title: 'Too many payments', hint: 'Please try again later.' },
    sale_window_closed: {
      title: 'Not on sale right now',
      hint: 'Please come back when sale opens.',
    },
    region_not_allowed: { title: 'Not sold here', hint: 'Please choose another product.' },
    sold_out: { title: 'Sold out', hint: 'Please choose another product.' },
    price_changed: {
      title: 'The price has changed',
      hint: 'Nothing was charged. Please confirm the new price.',
    },
    currency_not_allowed: {
      title: 'This currency cannot be used here',
      hint: 'Please use another way to pay.',
    },
    already_voided: { title: 'This payment was cancelled', hint: 'Nothing was charged.' },
    original_not_found: {
      title: 'There is no such payment',
      hint: 'Please contact customer service.',
    },
    not_permitted: { title: 'This is not possible here', hint: 'Please contact customer service.' },
    too_late: { title: 'That took too long', hint: 'Nothing was charged. Please try again.' },
    merchant_closed: { title: 'The shop is closed', hint: 'Please come back later.' },
    promotion_invalid: {
      title: 'This promotion is not valid here',
      hint: 'Please continue without it.',
    },
    second_factor_required: {
      title: 'Please confirm that it is you',
      hint: 'Enter your PIN and try again.',
    },
    frame_malformed: { title: 'This terminal needs service', hint: 'Nothing was charged.' },
    version_unsupported: {
      title: 'This terminal needs an update',
      hint: 'The operator has been told.',
    },
    mac_invalid: {
      title: 'This terminal needs service',
      hint: 'The operator must check its keys.',
    },
    terminal_unknown: { title: 'This terminal is not registered', hint: 'Nothing was charged.' },
    terminal_suspended: { title: 'This terminal is out of service', hint: 'Nothing was charged.' },
    key_version_retired: {
      title: 'This terminal needs service',
      hint: 'The operator must provision it anew.',
    },
    field_invalid: { title: 'This cannot be sold like that', hint: 'Nothing was charged.' },
    conflict: {
      title: 'This terminal needs service',
      hint: 'The operator must check its counter.',
    },
    sequence_too_old: {
      title: 'This terminal needs service',
      hint: 'The operator must check its counter.',
    },
    card_number_refused: {
      title: 'Please do not enter card numbers',
      hint: 'Use your payment code. Nothing was stored.',
    },
    busy: { title: 'One moment please', hint: 'We are still asking. Please wait.' },
    in_progress: { title: 'One moment please', hint: 'The payment is being processed.' },
    provider_unreachable: {
      title: 'One moment please',
      hint: 'The payment service is not reachable; we keep asking.',
    },
    outcome_unknown: {
      title: 'One moment please',
      hint: 'We are checking what became of the payment.',
    },
    draining: { title: 'One moment please', hint: 'We are connecting again.' },
    internal: { title: 'One moment please', hint: 'We are still asking. Please wait.' },
  },
  reversed: {
    title: 'Nothing was charged',
    hint: 'We could not finish the payment, and took it back.',
  },
  notSent: {
    title: 'Nothing was charged',
    hint: 'There is no connection. Please try again later.',
  },
  unknown: {
    title: 'We do not know the result yet',
    hint: 'Any charge is given back automatically. Please do not pay again here now.',
  },
  stopped: {
    title: 'This terminal needs service',
    hint: 'What became of the payment is being checked by the operator.',
  },
  amount: 'Amount',
  authorisation: 'Authorisation',
  opens: 'On sale from',
  newPrice: 'New price',
};
