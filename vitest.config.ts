import { defineConfig } from 'vitest/config'

export default defineConfig(({ mode }) => ({
  test: {
    env: { VETHLAB_PROPERTIES: mode },
    setupFiles: ['src/testing/property-seed.ts'],
    environment: 'node',
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'conformance/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    // A limit against hanging, not a measure: on a busy machine a second becomes ten.
    testTimeout: 30_000,
    // A test that was narrowed to itself must not pass for the whole suite.
    allowOnly: false,
  },
}))
