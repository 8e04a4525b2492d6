/** `node test/support/make-json-schema.ts` writes docs/json-lines.schema.json. */
import { writeFileSync } from 'node:fs';
import { schemaText } from './json-lines-schema.ts';

writeFileSync('docs/json-lines.schema.json', schemaText());
