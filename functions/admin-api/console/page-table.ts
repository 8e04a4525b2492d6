/** Every page, form and download of the console. */
import type { Action, Download, Page } from './context.ts';
import { approvalActions, approvalsPage } from './pages/approvals.ts';
import { auditPage } from './pages/audit.ts';
import { casesPage, closeCaseAction } from './pages/cases.ts';
import { documentActions, documentPages } from './pages/document-pages.ts';
import { findUserAction, findUserPage } from './pages/find-user.ts';
import { journalPage } from './pages/journal.ts';
import { livePage } from './pages/live.ts';
import { MERCHANTS } from './pages/merchants.ts';
import { paymentPage, refundAction } from './pages/payment.ts';
import { paymentsPage } from './pages/payments.ts';
import { PRICE_LISTS } from './pages/price-lists.ts';
import { PRODUCTS } from './pages/products.ts';
import { PROMOTIONS } from './pages/promotions.ts';
import { REGIONS } from './pages/region-pages.ts';
import { payoutAction, settlementFile, settlementsPage } from './pages/settlements.ts';
import { terminalActions, terminalPage } from './pages/terminal.ts';
import { terminalsPage } from './pages/terminals.ts';
import { userActions, userPage, usersPage } from './pages/users.ts';
import { WEBHOOKS } from './pages/webhooks.ts';
import { WINDOWS } from './pages/windows.ts';

export const PAGES: readonly Page[] = [
  livePage,
  paymentsPage,
  paymentPage,
  casesPage,
  terminalsPage,
  terminalPage,
  ...documentPages(PRODUCTS),
  ...documentPages(WINDOWS),
  ...documentPages(PRICE_LISTS),
  ...documentPages(PROMOTIONS),
  ...documentPages(REGIONS),
  ...documentPages(MERCHANTS),
  usersPage,
  findUserPage,
  userPage,
  settlementsPage,
  journalPage,
  ...documentPages(WEBHOOKS),
  approvalsPage,
  auditPage,
];

export const ACTIONS: readonly Action[] = [
  refundAction,
  closeCaseAction,
  ...terminalActions,
  ...documentActions(PRODUCTS),
  ...documentActions(WINDOWS),
  ...documentActions(PRICE_LISTS),
  ...documentActions(PROMOTIONS),
  ...documentActions(REGIONS),
  ...documentActions(MERCHANTS),
  ...userActions,
  findUserAction,
  payoutAction,
  ...documentActions(WEBHOOKS),
  ...approvalActions,
];

export const DOWNLOADS: readonly Download[] = [settlementFile];
