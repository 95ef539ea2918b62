import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['suites/**/*.test.{js,jsx}'], maxWorkers: 2, testTimeout: 120_000, watch: false },
});
