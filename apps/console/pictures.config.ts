import { defineConfig } from '@playwright/test';
import base from './playwright.config';

/** Takes the pictures of `docs/console.md`. */
export default defineConfig({
  ...base,
  testMatch: 'console.pictures.ts',
  projects: [{ name: 'pictures', use: { viewport: { width: 1200, height: 720 }, colorScheme: 'light' } }],
});
