import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'

// Nothing here is a timed test; a busy machine may take its time.
const testTimeout = 300_000

export default defineConfig({
  test: {
    // Two at a time: the suites share a machine with the inference child, which uses every core.
    maxWorkers: 2,
    passWithNoTests: false,
    projects: [
      { test: { name: 'models', include: ['test/models/**/*.test.ts'], environment: 'node', testTimeout } },
      {
        test: {
          name: 'electron',
          include: ['test/electron/**/*.test.ts'],
          environment: 'node',
          // Real children and real SQLite: forks keep a native crash inside its own file.
          pool: 'forks',
          testTimeout,
        },
      },
      {
        plugins: [svelte(), svelteTesting()],
        test: {
          name: 'renderer',
          include: ['test/renderer/**/*.test.ts'],
          environment: 'jsdom',
          testTimeout,
        },
      },
    ],
  },
})
