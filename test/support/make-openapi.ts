/** Writes docs/openapi.json from the operations: `npm run openapi`. */
import { writeFileSync } from 'node:fs';
import { openApiText } from './open-api-text.ts';

writeFileSync(new URL('../../docs/openapi.json', import.meta.url), await openApiText());
