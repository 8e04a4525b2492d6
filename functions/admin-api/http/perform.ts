/** Performs an operation for whoever asks: over HTTP or from a page of the console, by the same rules. */
import { mayDo, type Principal } from '../access/roles.ts';
import type { AdminDeps } from '../deps.ts';
import { type Executed, executeWrite, tryWrite } from './execute.ts';
import { type Answer, isWrite, type Operation } from './operation.ts';
import type { Asked } from './parse-request.ts';
import { isRefusal, type Refusal, refuse } from './problems.ts';

/** `parse` is called only for those who may: what is wrong with a request is not told to others. */
export const perform = async (
  deps: AdminDeps,
  operation: Operation,
  principal: Principal,
  parse: () => Promise<Asked | Refusal>,
): Promise<Answer | Executed | Refusal> => {
  if (!mayDo(principal, operation.roles)) {
    return refuse('role_required', { roles: operation.roles });
  }
  const asked = await parse();
  if (isRefusal(asked)) {
    return asked;
  }
  const { idempotencyKey, dryRun, ...parts } = asked;
  const call = { ...parts, principal, nowMs: deps.clock.nowMs() };
  if (!isWrite(operation)) {
    return operation.read(deps, { ...call, changeId: '' } as never);
  }
  const write = { ...call, idempotencyKey: idempotencyKey ?? '' };
  return dryRun === true ? tryWrite(deps, operation, write) : executeWrite(deps, operation, write);
};
