import { defineConfig } from 'vitest/config';

/** The tests that mutants of core/ are run against. Models and properties are left out: seconds of every mutant would be theirs. The score is a lower bound. */
export default defineConfig({
  test: {
    include: ['test/unit/core/**/*.test.ts'],
    exclude: ['**/*-model.test.ts', '**/*-properties.test.ts'],
    benchmark: { include: [] },
  },
});
