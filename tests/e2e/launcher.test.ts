import { expect, test } from '../support/browser-test.ts';

test('the portal answers @nojs @desktop', async ({ page, request }) => {
  expect((await request.get('/api/health')).status()).toBe(200);
  expect((await page.goto('/'))?.status()).toBe(200);
});
