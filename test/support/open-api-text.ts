/** The API document as the API itself serves it, in the form that is checked in. */
import { createAdminApp } from '#functions/admin-api/app.ts';
import { OPERATIONS } from '#functions/admin-api/operations.ts';
import { consoleUnderTest } from './console-under-test.ts';

/** No table, no keys: the document needs neither. */
export const openApiText = async (): Promise<string> => {
  const app = createAdminApp({
    deps: {} as never,
    verify: async () => undefined,
    operations: OPERATIONS,
    log: () => undefined,
    console: consoleUnderTest(),
  });
  const response = await app.request('/openapi.json');
  return `${JSON.stringify(await response.json(), null, 1)}\n`;
};
