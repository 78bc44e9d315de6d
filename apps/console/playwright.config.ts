import { defineConfig, devices } from '@playwright/test';

/** Debian's Chromium: nothing is downloaded. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const report = process.env.BROWSER_REPORT;

export default defineConfig({
  testDir: 'test',
  testMatch: '*.browser.ts',
  outputDir: 'test-results',
  // One server for all: it has two cores, and a browser takes one.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list'], ...(report === undefined ? [] : [['json', { outputFile: report }] as const])],
  use: {
    browserName: 'chromium',
    launchOptions: { executablePath },
    timezoneId: 'Europe/Zurich',
    locale: 'en-GB',
    permissions: ['clipboard-read', 'clipboard-write'],
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'desktop', use: { viewport: { width: 1360, height: 860 } } },
    {
      name: 'phone',
      testMatch: 'pages.browser.ts',
      use: {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
        userAgent: devices['Pixel 7'].userAgent,
      },
    },
  ],
});
