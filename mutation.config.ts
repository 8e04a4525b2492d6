import { defineConfig } from 'vitest/config';

/** The tests that mutants of core/ are run against. The models are left out: a second of every mutant would be theirs, so the score is a lower bound. */
export default defineConfig({
  test: {
    include: ['test/unit/core/**/*.test.ts'],
    exclude: ['**/*-model.test.ts'],
    benchmark: { include: [] },
  },
});
