/** The one entry of the core: a request that was verified and decoded, to the answer that its terminal gets. */
import type { CodeName } from '#protocol/codes.ts';
import type { PayRequest, Request, RequestKey } from '#protocol/request.ts';
import { unstored } from './answering.ts';
import { looksLikeCard, skuLooksLikeCard } from './card-number.ts';
import { isRefusedCard } from './identifiers.ts';
import type { Inbound, Outcome, ProcessDeps } from './inbound.ts';
import { processCatalogue } from './page-catalogue.ts';
import { processChange, readStatus } from './process-change.ts';
import { processPayment } from './process-payment.ts';
import { reconcile } from './reconcile.ts';

/** Answers every request; throws OutageError, or what the store throws, where a later delivery may do better. */
export const processRequest = async (deps: ProcessDeps, inbound: Inbound): Promise<Outcome> => {
  const { key, request } = inbound;
  const refused = refuseBytes(key, request);
  if (refused !== undefined) {
    return unstored(inbound, {
      code: refused,
      serverTimeS: Math.floor(deps.clock.nowMs() / 1000),
    });
  }
  switch (request.op) {
    case 'pay':
      return processPayment(deps, { ...inbound, request });
    case 'confirm':
    case 'reverse':
    case 'refund':
      return processChange(deps, { ...inbound, request });
    case 'status':
      return readStatus(deps, inbound);
    case 'catalogue':
      return processCatalogue(deps, { ...inbound, request });
    case 'reconcile':
      return reconcile(deps, { ...inbound, request });
  }
};

/** Codes that follow from the bytes alone: they never touch the store. */
const refuseBytes = (key: RequestKey, request: Request): CodeName | undefined => {
  if (request.op === 'pay') {
    return hasCard(request) ? 'card_number_refused' : undefined;
  }
  const sameVersion =
    request.op === 'reverse' && (request.paymentKeyVersion ?? key.keyVersion) === key.keyVersion;
  return sameVersion && request.paymentSequence >= key.sequence ? 'field_invalid' : undefined;
};

const hasCard = ({
  identifier,
  entryMode,
  secondFactor,
  promotionCode,
  items,
}: PayRequest): boolean =>
  isRefusedCard(identifier, entryMode) ||
  looksLikeCard(secondFactor ?? '') ||
  looksLikeCard(promotionCode ?? '') ||
  items.some(({ sku }) => skuLooksLikeCard(sku));
