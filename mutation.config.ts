import { defineConfig } from 'vitest/config';

/** The tests that mutants of core/ are run against: its own, and the stories told to the memory store. Models and properties are left out: seconds of every mutant would be theirs. The score is a lower bound. */
export default defineConfig({
  test: {
    include: ['test/unit/core/**/*.test.ts', 'test/unit/adapters/memory/**/*.test.ts'],
    exclude: ['**/*-model.test.ts', '**/*-properties.test.ts'],
    benchmark: { include: [] },
  },
});
