/** Every operation there is, with its roles: the one table that routes, the API document and the tests of access read. */
import { isWrite, type Operation } from './http/operation.ts';
import { approvalOperations } from './resources/approvals.ts';
import { AUDIT_OPERATIONS } from './resources/audit.ts';
import { CASE_OPERATIONS } from './resources/cases.ts';
import { CATALOGUE_OPERATIONS } from './resources/catalogue.ts';
import { COMPILATION_OPERATIONS } from './resources/compilations.ts';
import { IDENTIFIER_OPERATIONS } from './resources/identifiers.ts';
import { liveFigures } from './resources/live.ts';
import { MERCHANT_OPERATIONS } from './resources/merchants.ts';
import { STORY_OPERATIONS } from './resources/payment-story.ts';
import { PAYMENT_OPERATIONS } from './resources/payments.ts';
import { POSTING_OPERATIONS } from './resources/postings.ts';
import { importProducts } from './resources/products.ts';
import { promotionUsage } from './resources/promotion-usage.ts';
import { REFUND_OPERATIONS } from './resources/refunds.ts';
import { SETTLEMENT_OPERATIONS } from './resources/settlements.ts';
import { suspicionList } from './resources/suspicions.ts';
import { captureTerminal } from './resources/terminal-capture.ts';
import { TERMINAL_OPERATIONS } from './resources/terminals.ts';
import { USER_OPERATIONS } from './resources/users.ts';
import { WEBHOOK_OPERATIONS } from './resources/webhooks.ts';

const RESOURCES: readonly Operation[] = [
  ...TERMINAL_OPERATIONS,
  captureTerminal,
  ...MERCHANT_OPERATIONS,
  ...USER_OPERATIONS,
  ...IDENTIFIER_OPERATIONS,
  ...CATALOGUE_OPERATIONS,
  importProducts,
  promotionUsage,
  ...COMPILATION_OPERATIONS,
  ...PAYMENT_OPERATIONS,
  ...STORY_OPERATIONS,
  ...REFUND_OPERATIONS,
  ...POSTING_OPERATIONS,
  ...SETTLEMENT_OPERATIONS,
  ...CASE_OPERATIONS,
  ...WEBHOOK_OPERATIONS,
  liveFigures,
  suspicionList,
  ...AUDIT_OPERATIONS,
];

export const OPERATIONS: readonly Operation[] = [
  ...RESOURCES,
  ...approvalOperations((id) => RESOURCES.filter(isWrite).find((operation) => operation.id === id)),
];
