import type { Locator, Page } from '@playwright/test';

/** Counts what a person does: a click or an acting keystroke is one, and typed text is none. */
export class Acts {
  count = 0;

  constructor(private readonly page: Page) {}

  async click(target: Locator): Promise<void> {
    this.count += 1;
    await target.click();
  }

  async press(keys: string): Promise<void> {
    this.count += 1;
    await this.page.keyboard.press(keys);
  }

  /** Into what has the focus. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Ctrl+V counts as one. */
  async paste(text: string): Promise<void> {
    this.count += 1;
    await this.page.evaluate((it) => navigator.clipboard.writeText(it), text);
    await this.page.keyboard.press('Control+v');
  }
}
