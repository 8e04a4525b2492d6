/** Ways on which a terminal's frames may travel, and which of them its operator lets it use. */

/** plain: as they are · tls: server certificate · psk: the key of the terminal · mtls: a certificate of the terminal too. */
export type Transport = 'plain' | 'tls' | 'psk' | 'mtls';

export const TRANSPORTS: readonly Transport[] = ['plain', 'tls', 'psk', 'mtls'];

/** Whether a terminal may come this way; without a policy it may come on any. */
export const isAllowed = (policy: readonly string[] | undefined, transport: Transport): boolean =>
  policy === undefined || policy.includes(transport);
