import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '#functions/admin-api/http/open-api.ts';
import { isWrite } from '#functions/admin-api/http/operation.ts';
import { PROBLEMS } from '#functions/admin-api/http/problems.ts';
import { OPERATIONS } from '#functions/admin-api/operations.ts';
import { openApiText } from '#test/support/open-api-text.ts';

interface Described {
  readonly operationId: string;
  readonly 'x-roles': readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const text = await openApiText();
const document = JSON.parse(text) as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
};
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

describe('the API document', () => {
  it('is the one that is checked in (npm run openapi)', () => {
    expect(readFileSync('docs/openapi.json', 'utf8')).toBe(text);
  });

  it('is OpenAPI 3.1, and has every operation with its path, method and roles', () => {
    expect(document.openapi).toBe('3.1.0');
    const own = OPERATIONS.map(({ id, method, path, roles }) => ({ id, method, path, roles }));
    const theirs = described.map(({ operationId, method, path, ...operation }) => ({
      id: operationId,
      method,
      path,
      roles: operation['x-roles'],
    }));
    const byId = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
    expect([...theirs].sort(byId)).toEqual([...own].sort(byId));
    expect(new Set(own.map(({ id }) => id)).size).toBe(own.length);
  });

  it('names the problems of each operation under their status, and no other', () => {
    for (const { operationId, responses } of described) {
      const operation = OPERATIONS.find(({ id }) => id === operationId);
      const told = Object.entries(responses)
        .filter(([status]) => Number(status) >= 400)
        .flatMap(([status, { description }]) =>
          [...description.matchAll(/`(\w+)`/g)].map(([, name]) => `${status} ${name}`),
        );
      const expected = (operation === undefined ? [] : problemsOf(operation)).map(
        (name) => `${PROBLEMS[name].status} ${name}`,
      );
      expect([operationId, told.sort()]).toEqual([operationId, [...expected].sort()]);
    }
  });

  it('asks every write for an idempotency key, and every edit for a version', () => {
    for (const { operationId, parameters = [] } of described) {
      const operation = OPERATIONS.find(({ id }) => id === operationId);
      const required = parameters.filter((one) => one.required).map(({ name }) => name);
      const write = operation !== undefined && isWrite(operation);
      expect([operationId, required.includes('Idempotency-Key')]).toEqual([operationId, write]);
      expect([operationId, required.includes('If-Match')]).toEqual([
        operationId,
        write && operation.edits === true,
      ]);
    }
  });

  it('has no parts that exclude each other: closed objects are never joined', () => {
    expect(text).not.toContain('allOf');
  });
});

describe('the table of problems', () => {
  const rows = [
    ...readFileSync('docs/errors.md', 'utf8').matchAll(
      /^\| `(\w+)` \| (\d{3}) \| (.+?) \| (.+?) \|$/gm,
    ),
  ].map(([, name, status, title, advice]) => [name, Number(status), title, advice]);

  it('is the one of docs/errors.md', () => {
    expect(rows).toEqual(
      Object.entries(PROBLEMS).map(([name, { status, title, advice }]) => [
        name,
        status,
        title,
        advice,
      ]),
    );
  });

  it('has none that no operation can answer', () => {
    const used = new Set(OPERATIONS.flatMap(problemsOf));
    // POST /enrol is a function of its own.
    used.add('enrolment_refused');
    expect(Object.keys(PROBLEMS).filter((name) => !used.has(name as never))).toEqual([]);
  });
});
