import { defineConfig } from '@playwright/test'
import { findChromium } from './scripts/find-chromium.ts'

// Two runs on one machine need a port each.
const PORT = Number(process.env['VETHLAB_E2E_PORT'] ?? 43117)
const executablePath = findChromium()
const jsonReport = process.env['VETHLAB_PLAYWRIGHT_REPORT']

export default defineConfig({
  // A long tour by keyboard on a busy machine takes more than the usual half minute.
  timeout: 90_000,
  // Two browsers on two cores: what takes half a second alone may take ten times as long.
  expect: { timeout: 20_000 },
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: true,
  // A shared machine may stand still for longer than any limit that is worth having. A second try tells such a pause
  // from a fault: `npm test` names each test that needed it.
  retries: process.env['CI'] === undefined ? 0 : 1,
  workers: 2,
  reporter: jsonReport === undefined ? 'list' : [['list'], ['json', { outputFile: jsonReport }]],
  use: {
    baseURL: `http://localhost:${PORT}`,
    // A trace with its pictures costs a third of a test's time: in CI only the second try is worth it.
    trace: process.env['CI'] === undefined ? 'retain-on-failure' : 'on-first-retry',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [{ name: 'chromium', use: { browserName: 'chromium' } }],
  webServer: {
    command: `npx vite preview --port ${PORT} --strictPort`,
    port: PORT,
    reuseExistingServer: false,
  },
})
