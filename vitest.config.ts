import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** One vitest project per kind of test, named after its folder in `test/`. */
const project = (
  name: string,
  options: TestProjectInlineConfiguration['test'] = {},
): TestProjectInlineConfiguration => ({
  extends: true,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    benchmark: { include: [] },
    ...options,
  },
});

const oneAfterAnother = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    coverage: {
      provider: 'v8',
      include: ['protocol/**/*.ts', 'core/**/*.ts'],
      reporter: [['text', { skipFull: true }]],
      /** What is pure can be tested whole; the edges are tested against stand-ins, by what they do. */
      thresholds: { lines: 100, branches: 100, functions: 100, statements: 100 },
    },
    projects: [
      project('unit'),
      project('integration', { ...oneAfterAnother, testTimeout: 60_000 }),
      project('e2e', oneAfterAnother),
      project('browser', oneAfterAnother),
      project('infra', { testTimeout: 60_000, hookTimeout: 120_000 }),
      project('fuzz', { testTimeout: 120_000 }),
    ],
  },
});
