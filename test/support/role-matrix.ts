/** Who may do what, written down by hand: the code is held to it, not the other way round. */
import type { Role } from '#functions/admin-api/access/roles.ts';

const all: readonly Role[] = ['viewer', 'operator', 'finance', 'security'];
const fleet: readonly Role[] = ['operator', 'security'];
const operator: readonly Role[] = ['operator'];
const security: readonly Role[] = ['security'];

/** By operation. */
export const MATRIX: Readonly<Record<string, readonly Role[]>> = {
  'terminals.list': all,
  'terminals.get': all,
  'terminals.add': fleet,
  'terminals.change': fleet,
  'terminals.suspend': fleet,
  'terminals.resume': fleet,
  'terminals.rotate': fleet,
  'terminals.enrol': fleet,
  'terminals.retireKeys': security,
  'terminals.retire': security,
  'merchants.list': all,
  'merchants.get': all,
  'merchants.add': operator,
  'merchants.change': operator,
  'compilations.list': all,
  'users.list': all,
  'users.get': all,
  'users.accounts': all,
  'users.add': operator,
  'users.change': operator,
  'users.block': fleet,
  'users.unblock': fleet,
  'users.openAccount': operator,
  'users.limit': operator,
  'identifiers.list': all,
  'identifiers.find': ['operator', 'finance', 'security'],
  'identifiers.add': operator,
  'identifiers.addApp': operator,
  'identifiers.remove': fleet,
  'identifiers.unlock': fleet,
  'payments.get': all,
  'audit.list': security,
  'approvals.list': all,
  'approvals.approve': all,
  'approvals.reject': all,
};
