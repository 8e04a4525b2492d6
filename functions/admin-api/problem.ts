/** Errors of the admin API as RFC 9457 problem details. */

const TITLES = {
  400: 'The request is not valid.',
  401: 'A valid bearer token is required.',
  404: 'There is nothing here.',
  500: 'Something failed on our side.',
} as const;

/** Says nothing from inside: no message of an error, no stack. */
export const problem = (status: keyof typeof TITLES): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title: TITLES[status], status }), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  });
