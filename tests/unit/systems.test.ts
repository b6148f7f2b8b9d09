import { expect, test } from 'vitest';
import { webhookForm } from '~/domains/systems/systems.ts';

const form = (url: string) =>
  webhookForm.safeParse({
    id: '4ca275c0-142b-b91c-32a7-6f6dc25c235d',
    url,
    kinds: ['report_created'],
  });

test('a webhook goes to a valid address', () => {
  expect(form('https://saker.example/krok?x=1').success).toBe(true);
  for (const url of ['https://example.no:port/', 'https://[::1%25lo]/', 'ftp://a.example/', 'krok'])
    expect(form(url).error?.issues[0]?.message, url).toBe('systems.webhook.url_invalid');
});
