import { expect, test } from '@playwright/test';

test('the portal answers @nojs @desktop', async ({ page, request }) => {
  expect((await request.get('/api/health')).status()).toBe(200);
  expect((await page.goto('/'))?.status()).toBe(200);
});
