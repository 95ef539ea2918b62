import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['suites/*.test.js'],
    alias: { 'holdfast-ws': resolve(import.meta.dirname, '../../pkg/dist/index.mjs') },
    // A test stands on real time, on a busy machine.
    maxWorkers: 2,
    testTimeout: 120_000,
    watch: false,
  },
});
