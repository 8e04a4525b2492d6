/** The two-person rule: a change that needs it is kept as it was asked for, until another person approves or rejects it. */
import { createDocument } from '#adapters/dynamodb/documents.ts';
import type { AdminDeps } from './deps.ts';
import type { Call, Plan, WriteOperation } from './http/operation.ts';

/** Seconds in which a change can be approved: over a long weekend. */
export const APPROVAL_S = 4 * 86_400;

export const APPROVAL = 'approval';

export interface Approval {
  /** Of the operation that was asked for. */
  readonly operation: string;
  readonly state: 'pending' | 'approved' | 'rejected';
  readonly requestedBy: string;
  readonly requestedAtS: number;
  readonly expiresAtS: number;
  /** JSON of what was asked: params, query, body, seenVersion. */
  readonly asked: string;
  readonly decidedBy?: string;
  readonly decidedAtS?: number;
}

/** What an approval looks like to people; its id says when it was asked for. */
export const approvalView = (
  id: string,
  { asked, ...approval }: Approval,
  nowS: number,
): Record<string, unknown> & { readonly state: string } => ({
  id,
  ...approval,
  ...(approval.state === 'pending' && approval.expiresAtS <= nowS ? { state: 'expired' } : {}),
  asked: JSON.parse(asked) as unknown,
});

/** Writes down what was asked, and answers 202 with the approval that it waits for. */
export const proposal = async (
  { access }: AdminDeps,
  operation: WriteOperation,
  { params, query, body, seenVersion, principal, nowMs, changeId }: Call,
): Promise<Plan> => {
  const nowS = Math.floor(nowMs / 1000);
  const id = `${nowS}-${changeId.slice(0, 12)}`;
  const approval: Approval = {
    operation: operation.id,
    state: 'pending',
    requestedBy: principal.subject,
    requestedAtS: nowS,
    expiresAtS: nowS + APPROVAL_S,
    asked: JSON.stringify({ params, query, body, seenVersion }),
  };
  const view = approvalView(id, approval, nowS);
  return {
    writes: [
      createDocument(
        access.table,
        { kind: APPROVAL, id, atS: nowS },
        { ...approval },
        'already_exists',
      ),
    ],
    answer: { status: 202, body: { approval: view } },
    subject: `approval/${id}`,
    detail: { operation: operation.id },
  };
};
