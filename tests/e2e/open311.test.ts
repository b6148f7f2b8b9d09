import { createHash, randomUUID } from 'node:crypto';
import { expect, test, type APIRequestContext } from '../support/browser-test.ts';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { CAST } from '../support/cast.ts';
import { baseUrl, signIn, sql } from '../support/demo-portal.ts';

/** Open311 GeoReport v2 over HTTP, as another system uses it: no browser, no page, no cookie. */

const api = '/api/open311/v2';
/** Part of the description of every case, and the name of every key, that this worker makes. */
const RUN = `Prøve ${randomUUID()}`;
const formats = ['xml', 'json'] as const;
type Format = (typeof formats)[number];
type Params = Record<string, string>;
/** An answer, the same for both formats: lists are arrays, and every value is text. */
type Data = Record<string, unknown>[];

const LISTS = [
  'service',
  'request',
  'error',
  'attribute',
  'value',
  'endpoint',
  'format',
  'request_update',
];
const parser = new XMLParser({
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => LISTS.includes(name),
});
const types = { xml: 'text/xml; charset=utf-8', json: 'application/json; charset=utf-8' };

/** Removes the element name of list entries, which JSON does not have. */
function unwrapped(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(unwrapped);
  if (typeof tree !== 'object' || tree === null) return tree;
  const entries = Object.entries(tree);
  if (entries.length === 1 && LISTS.includes(entries[0]![0])) return unwrapped(entries[0]![1]);
  return Object.fromEntries(entries.map(([name, value]) => [name, unwrapped(value)]));
}
const asText = (tree: unknown): unknown =>
  JSON.parse(JSON.stringify(tree), (_name, value: unknown) =>
    typeof value === 'object' ? value : String(value),
  );

/** Reads an answer in either format, and checks the format rules of the standard. */
async function ask(
  request: APIRequestContext,
  format: Format,
  call: string,
  { params, form, headers }: { params?: Params; form?: Params; headers?: Params } = {},
) {
  const url = `${api}/${call}.${format}`;
  const options = { ...(params && { params }), ...(headers && { headers }) };
  const answer = form
    ? await request.post(url, { ...options, form })
    : await request.get(url, options);
  const text = await answer.text();
  expect(answer.headers()['content-type']).toBe(types[format]);
  expect(answer.headers()['set-cookie']).toBeUndefined();
  if (format === 'json')
    return { status: answer.status(), root: null, text, data: asText(JSON.parse(text)) as Data };
  expect(text).toMatch(/^<\?xml version="1.0" encoding="utf-8"\?>\n/);
  expect(text).not.toContain('xmlns');
  expect(XMLValidator.validate(text)).toBe(true);
  const [[root, tree]] = Object.entries(parser.parse(text) as object) as [[string, unknown]];
  return {
    status: answer.status(),
    root,
    text,
    data: (tree === '' ? [] : unwrapped(tree)) as Data,
  };
}

async function newKey(...scopes: string[]): Promise<string> {
  const secret = `bomiljo_${randomUUID()}`;
  const hash = createHash('sha256').update(secret).digest('hex');
  await sql(
    `insert into public.api_keys (name, scopes, key_hash) values ($3, $1::public.api_scope[], $2)`,
    [`{${scopes.join()}}`, hash, RUN],
  );
  return secret;
}
/** The cellar of Stovner: no other test reports anything there. */
const placeId = async () => {
  const [row] = await sql(
    `select p.id from public.places p join public.blocks b on b.id = p.block_id
     where b.slug = 'stovner-senter' and p.kind = 'cellar'`,
  );
  return row!['id']!;
};

test.beforeEach(() => sql(`delete from private.api_calls where calls < 600`));
test.beforeEach(() => sql(`delete from private.attempts where kind in ('api_key')`));

// Removes what was made here, so that it does not disturb the tests of the queue.
test.afterAll(() => sql(`update public.api_keys set revoked_at = now() where name = $1`, [RUN]));
test.afterAll(() =>
  sql(
    `update public.reports set status = 'closed' where is_open and id in (
       select report_id from public.report_details where description like '%' || $1)`,
    [RUN],
  ),
);

const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

for (const format of formats) {
  test.describe(format, () => {
    test('discovery gives the address of the server and its formats', async ({ request }) => {
      const { status, root, data } = await ask(request, format, 'discovery');
      expect(status).toBe(200);
      if (root) expect(root).toBe('discovery');
      const found = data as unknown as Record<string, unknown> & { endpoints: Data };
      expect(found['changeset']).toMatch(zoned);
      expect(found['key_service']).toBeTruthy();
      expect(found.endpoints[0]).toMatchObject({
        specification: 'http://wiki.open311.org/GeoReport_v2',
        url: `${baseUrl()}${api}`,
        type: 'production',
        formats: ['text/xml', 'application/json'],
      });
    });

    test('each service has its code, name, group and a definition with its attributes', async ({
      request,
    }) => {
      const { root, data } = await ask(request, format, 'services', {
        params: { jurisdiction_id: '' },
      });
      if (root) expect(root).toBe('services');
      expect(data.length).toBeGreaterThan(60);
      expect(new Set(data.map((one) => one['service_code'])).size).toBe(data.length);
      for (const service of data) {
        expect(service).toMatchObject({ metadata: 'true', type: 'realtime' });
        for (const name of ['service_name', 'description', 'keywords', 'group'])
          expect(service[name]).toBeTruthy();
      }
      const flat = await ask(request, format, 'services/flat-leak');
      if (flat.root) expect(flat.root).toBe('service_definition');
      const definition = flat.data as unknown as { service_code: string; attributes: Data };
      expect(definition.service_code).toBe('flat-leak');
      expect(
        definition.attributes.map(({ code, required, order }) => [code, required, order]),
      ).toEqual([
        ['urgent', 'false', '1'],
        ['access', 'true', '2'],
      ]);
      for (const { datatype, variable, values } of definition.attributes) {
        expect([datatype, variable]).toEqual(['singlevaluelist', 'true']);
        expect((values as Data).every(({ key, name }) => key && name)).toBe(true);
      }
      const common = await ask(request, format, 'services/laundry-dryer');
      expect((common.data as unknown as { attributes: Data }).attributes).toHaveLength(1);
    });

    test('an unknown resource is 404, in the error format of the standard', async ({ request }) => {
      const calls: [string, Params?][] = [
        ['services/flat-nothing'],
        ['requests/999999999'],
        ['requests/abc'],
        ['tokens/999999999'],
        ['nothing'],
        ['services', { jurisdiction_id: 'finnes-ikke' }],
        ['requests', { jurisdiction_id: 'finnes-ikke' }],
        ['requests', { service_code: 'flat-nothing' }],
      ];
      for (const [call, params] of calls) {
        const { status, root, data } = await ask(request, format, call, {
          ...(params && { params }),
        });
        expect(status, call).toBe(404);
        if (root) expect(root).toBe('errors');
        expect(data).toEqual([{ code: '404', description: expect.any(String) }]);
      }
    });

    test('without a key a list has common areas only, every date with a time zone, and no descriptions', async ({
      request,
    }) => {
      const { status, root, data, text } = await ask(request, format, 'requests');
      expect(status).toBe(200);
      if (root) expect(root).toBe('service_requests');
      expect(data.length).toBeGreaterThan(3);
      for (const one of data) {
        expect(one['service_request_id']).toMatch(/^\d+$/);
        expect(one['status']).toMatch(/^(open|closed)$/);
        expect(one['service_code']).not.toMatch(/^flat-/);
        expect(one['description']).toMatch(
          new RegExp(`^${String(one['service_name']).replace(/[()]/g, '\\$&')}: `),
        );
        expect(one['requested_datetime']).toMatch(zoned);
        expect(one['updated_datetime']).toMatch(zoned);
        expect(one['address_id']).toMatch(/^[0-9a-f-]{36}$/);
        for (const name of ['lat', 'long', 'media_url', 'email', 'first_name', 'account_id'])
          expect(one).not.toHaveProperty(name);
      }
      expect(text).toMatch(/[øå]/); // unchanged, in both formats
      const words = await sql<{ body: string }>(
        `select body from (select description as body from public.report_details union all
           select body from public.report_messages) t where length(body) > 20 and body like '%.%'`,
      );
      expect(words.length).toBeGreaterThan(10);
      const updates = await ask(request, format, 'servicerequestupdates');
      for (const { body } of words) expect(text + updates.text).not.toContain(body.slice(0, 20));
    });

    test('a flat is 404 without the key for it, and an empty list among others', async ({
      request,
    }) => {
      const [flat] = await sql(`select number from public.reports where not is_common limit 1`);
      const [common] = await sql(
        `select number from public.reports where is_common and status = 'received' limit 1`,
      );
      const [a, b] = [String(flat!['number']), String(common!['number'])];
      for (const key of [undefined, await newKey('create', 'update')]) {
        const headers = { ...(key && { 'x-api-key': key }) };
        expect((await ask(request, format, `requests/${a}`, { headers })).status).toBe(404);
        expect((await ask(request, format, `tokens/${a}`, { headers })).status).toBe(404);
        const ids = { params: { service_request_id: `${a},${b}` }, headers };
        const { data } = await ask(request, format, 'requests', ids);
        expect(data.map((one) => one['service_request_id'])).toEqual([b]);
      }
      const headers = { authorization: `Bearer ${await newKey('read_all')}` };
      const { status, data } = await ask(request, format, `requests/${a}`, { headers });
      expect(status).toBe(200);
      expect(data[0]).toMatchObject({ service_request_id: a });
      expect(data[0]!['service_code']).toMatch(/^flat-/);
    });

    test('ids take precedence over every other filter, even over an invalid one', async ({
      request,
    }) => {
      const [row] = await sql(`select number, is_open from public.reports where is_common limit 1`);
      const id = String(row!['number']);
      const params = {
        service_request_id: id,
        status: row!['is_open'] ? 'closed' : 'open',
        start_date: 'galt',
        service_code: 'flat-nothing',
      };
      const { data } = await ask(request, format, 'requests', { params });
      expect(data.map((one) => one['service_request_id'])).toEqual([id]);
    });

    test('cases are filtered by state, service and time; an empty filter is ignored', async ({
      request,
    }) => {
      const list = async (params: Params) =>
        (await ask(request, format, 'requests', { params })).data;
      const all = await list({ status: '', start_date: '', service_code: '' });
      const open = await list({ status: 'open' });
      const closed = await list({ status: 'closed' });
      expect(open.every(({ status }) => status === 'open')).toBe(true);
      expect(closed.every(({ status }) => status === 'closed')).toBe(true);
      expect(open.length * closed.length).toBeGreaterThan(0);
      const both = await list({ status: 'closed,open' });
      expect(both.length).toBeGreaterThanOrEqual(all.length);
      const code = String(open[0]!['service_code']);
      expect(
        new Set((await list({ service_code: `${code},` })).map((one) => one['service_code'])),
      ).toEqual(new Set([code]));
      expect(await list({ start_date: '2030-01-01T00:00:00Z' })).toEqual([]);
      expect((await list({ end_date: new Date().toISOString() })).length).toBeGreaterThan(0);
    });

    test('an invalid list request is refused with one error per mistake', async ({ request }) => {
      const wrong: [string, Params, number][] = [
        ['with a date without zone', { start_date: '2026-01-01T00:00:00' }, 1],
        ['with a malformed date', { end_date: 'i går' }, 1],
        ['with two things wrong', { start_date: 'a', end_date: 'b' }, 2],
        [
          'over more than 90 days',
          { start_date: '2026-01-01T00:00:00Z', end_date: '2026-06-01T00:00:00Z' },
          1,
        ],
        ['backwards', { start_date: '2026-02-01T00:00:00Z', end_date: '2026-01-01T00:00:00Z' }, 1],
      ];
      for (const [why, params, count] of wrong)
        for (const call of ['requests', 'servicerequestupdates']) {
          const { status, data } = await ask(request, format, call, { params });
          expect([status, data.map(({ code }) => code)], why).toEqual([
            400,
            Array(count).fill('400'),
          ]);
        }
    });

    test('every way a case can end is closed, and the answer tells which', async ({ request }) => {
      const rows = await sql<{ number: string; status: string }>(
        `select distinct on (status) number::text, status::text from public.reports
         where is_common and not is_open order by status`,
      );
      expect(rows.length).toBeGreaterThan(1);
      const notes = new Set();
      for (const { number } of rows) {
        const { data } = await ask(request, format, `requests/${number}`);
        expect(data[0]).toMatchObject({ status: 'closed' });
        notes.add(data[0]!['status_notes']);
      }
      expect(notes.size).toBe(rows.length);
    });

    test.describe('a new case', () => {
      const good = async () => ({
        service_code: 'cellar-power',
        address_id: await placeId(),
        description: RUN,
      });

      test('is sent with a key, comes back with its description, and is escaped only once', async ({
        request,
      }) => {
        const key = await newKey('create', 'read_all');
        const description =
          'Blåbærsyltetøy på «trommelen» & <script>alert("1")</script>\r\n]]> 🧺 ' + RUN;
        const form = {
          api_key: key,
          ...(await good()),
          description,
          email: 'kari@x.example',
          first_name: 'Kari',
        };
        const made = await ask(request, format, 'requests', { form });
        expect(made.status).toBe(200);
        if (made.root) expect(made.root).toBe('service_requests');
        expect(made.data).toEqual([{ service_request_id: expect.stringMatching(/^\d+$/) }]);
        const id = String(made.data[0]!['service_request_id']);
        const headers = { 'x-api-key': key };
        const read = await ask(request, format, `requests/${id}`, { headers });
        expect(read.data[0]!['description']).toBe(description.replace('\r\n', '\n'));
        expect(read.text).not.toMatch(/kari/i);
        if (format === 'xml') expect(read.text).not.toContain('<script>');
        const token = await ask(request, format, `tokens/${id}`);
        expect(token.data).toEqual([{ service_request_id: id, token: id }]);
        const keyless = await ask(request, format, `requests/${id}`);
        expect(keyless.text).not.toMatch(/Blåbær|alert|Kari|kari@/);
      });

      test('is the same case for the same reference, and a new one for another', async ({
        request,
      }) => {
        const form = { api_key: await newKey('create'), ...(await good()) };
        const send = async (options: { headers?: Params; more?: Params }) => {
          const { headers, more } = options;
          const answer = await ask(request, format, 'requests', {
            form: { ...form, ...more },
            ...(headers && { headers }),
          });
          return answer.data[0]!['service_request_id'];
        };
        const first = await send({ headers: { 'idempotency-key': 'a' } });
        expect(await send({ headers: { 'idempotency-key': 'a' } })).toBe(first);
        expect(await send({ more: { client_reference: 'a' } })).toBe(first);
        expect(await send({ headers: { 'idempotency-key': 'b' } })).not.toBe(first);
      });

      test('may name its place by a written address, and its picture is not fetched', async ({
        request,
      }) => {
        const form = {
          api_key: await newKey('create'),
          service_code: 'flat-leak',
          address_string: 'Stovner senter 14–16, Oslo, 1204',
          'attribute[access]': 'may_enter',
          'attribute[urgent]': 'yes',
          description: RUN,
          media_url: 'https://bilder.example/1.jpg',
        };
        const { status, data } = await ask(request, format, 'requests', { form });
        expect(status).toBe(200);
        expect(data[0]!['service_notice']).toContain('media_url');
        const [row] = await sql(
          `select r.is_urgent, d.access::text, p.name from public.reports r join public.places p on p.id = r.place_id
           join public.report_details d on d.report_id = r.id where r.number = $1`,
          [data[0]!['service_request_id']],
        );
        expect(row).toEqual({ is_urgent: true, access: 'may_enter', name: '1204' });
      });

      test('is 403 without a key, and with a wrong, revoked or unrelated key', async ({
        request,
      }) => {
        const revoked = await newKey('create');
        await sql(`update public.api_keys set revoked_at = now() where key_hash = $1`, [
          createHash('sha256').update(revoked).digest('hex'),
        ]);
        const mine = 'select count(*) from public.report_details where description = $1';
        const [before] = await sql(mine, [RUN]);
        for (const key of [null, 'galt', revoked, await newKey('read_all', 'update')]) {
          const form = { ...(key && { api_key: key }), ...(await good()) };
          const { status, data } = await ask(request, format, 'requests', { form });
          expect(status).toBe(403);
          expect(data).toEqual([{ code: '403', description: expect.stringContaining('api_key') }]);
        }
        expect(await sql(mine, [RUN])).toEqual([before]);
      });

      test('is refused with one error per mistake', async ({ request }) => {
        const refusals: [string, Params, string[]][] = [
          ['without anything: two errors', { service_code: '', address_id: '' }, ['400', '400']],
          ['of an unknown service', { service_code: 'flat-nothing' }, ['404']],
          [
            'of an unknown service without a place',
            { service_code: 'x', address_id: '' },
            ['404', '400'],
          ],
          ['with lat and no long', { lat: '59.9' }, ['400']],
          ['with lat and long alone', { address_id: '', lat: '59.9', long: '10.7' }, ['400']],
          ['at a place there is not', { address_id: randomUUID() }, ['400']],
          ['at what is no id', { address_id: 'A201' }, ['400']],
          ['of a service that is not for the place', { service_code: 'yard-paving' }, ['400']],
          ['in a flat without access', { service_code: 'flat-leak' }, ['400']],
          ['with a value that is none', { 'attribute[urgent]': 'maybe' }, ['400']],
          ['with 4001 signs', { description: 'å'.repeat(4001) }, ['400']],
          ['with a zero sign', { description: 'a\0b' }, ['400']],
          ['in a building there is not', { jurisdiction_id: 'finnes-ikke' }, ['404']],
        ];
        const key = await newKey('create');
        const [before] = await sql('select max(number) from public.reports');
        for (const [why, change, codes] of refusals) {
          const form = { api_key: key, ...(await good()), ...change };
          const { status, data } = await ask(request, format, 'requests', { form });
          expect([status, data.map(({ code }) => code)], why).toEqual([Number(codes[0]), codes]);
        }
        const made = `select r.number from public.report_details d join public.reports r on r.id = d.report_id
          where r.number > $1 and d.description = $2`;
        expect(await sql(made, [before!['max'], RUN])).toEqual([]);
      });

      test('may be 4000 characters long', async ({ request }) => {
        const key = await newKey('create', 'read_all');
        const form = {
          api_key: key,
          ...(await good()),
          description: '🧺'.repeat(4000 - RUN.length) + RUN,
        };
        const made = await ask(request, format, 'requests', { form });
        expect(made.status).toBe(200);
        const headers = { 'x-api-key': key };
        const call = `requests/${String(made.data[0]!['service_request_id'])}`;
        expect((await ask(request, format, call, { headers })).data[0]!['description']).toBe(
          form.description,
        );
      });
    });

    test.describe('an update', () => {
      async function newCase(request: APIRequestContext) {
        const form = {
          api_key: await newKey('create'),
          service_code: 'cellar-power',
          address_id: await placeId(),
          description: RUN,
        };
        return String(
          (await ask(request, format, 'requests', { form })).data[0]!['service_request_id'],
        );
      }
      const said = (id: string) => ({
        service_request_id: id,
        update_id: randomUUID(),
        status: 'IN_PROGRESS',
        updated_datetime: new Date().toISOString(),
        description: 'Vi ser på «trommelen».',
      });

      test('changes the case once however often it is sent, and is read back', async ({
        request,
      }) => {
        const id = await newCase(request);
        const form = { api_key: await newKey('update'), ...said(id) };
        const first = await ask(request, format, 'servicerequestupdates', { form });
        expect(first.status).toBe(200);
        if (first.root) expect(first.root).toBe('service_request_updates');
        expect(await ask(request, format, 'servicerequestupdates', { form })).toEqual(first);
        const params = { service_request_id: id };
        const keyless = await ask(request, format, 'servicerequestupdates', { params });
        expect(keyless.data.map(({ status, description }) => [status, description])).toEqual([
          ['open', 'Mottatt'],
          ['in_progress', 'Til behandling'],
        ]);
        expect(keyless.data[1]!['update_id']).toBe(first.data[0]!['update_id']);
        expect(keyless.data[1]!['updated_datetime']).toMatch(zoned);
        const headers = { 'x-api-key': await newKey('read_all') };
        const keyed = await ask(request, format, 'servicerequestupdates', { params, headers });
        expect(keyed.data[1]!['description']).toBe(form.description);
        const [row] = await sql(`select status::text from public.reports where number = $1`, [id]);
        expect(row).toEqual({ status: 'in_progress' });
      });

      test('is refused with one error per mistake', async ({ request }) => {
        const refusals: [string, Params, number, number][] = [
          [
            'with nothing in it: four errors',
            { service_request_id: '', update_id: '', status: '', updated_datetime: '' },
            400,
            4,
          ],
          ['with a status there is not', { status: 'GONE' }, 400, 1],
          ['that merges', { status: 'DUPLICATE' }, 400, 1],
          [
            'that closes without saying why',
            { status: 'NO_FURTHER_ACTION', description: '' },
            400,
            1,
          ],
          ['with a time without zone', { updated_datetime: '2026-01-01T00:00:00' }, 400, 1],
          ['of a case there is not', { service_request_id: '999999999' }, 404, 1],
          ['of what is no number', { service_request_id: 'x' }, 404, 1],
          ['with 2001 signs', { description: 'å'.repeat(2001) }, 400, 1],
        ];
        const [id, key] = [await newCase(request), await newKey('update')];
        for (const [why, change, status, count] of refusals) {
          const form = { api_key: key, ...said(id), ...change };
          const answer = await ask(request, format, 'servicerequestupdates', { form });
          expect([answer.status, answer.data.length], why).toEqual([status, count]);
        }
        const rows = await sql(`select status::text from public.reports where number = $1`, [id]);
        expect(rows).toEqual([{ status: 'received' }]);
      });

      test('is 403 without a key for it', async ({ request }) => {
        const id = await newCase(request);
        for (const key of [null, 'galt', await newKey('read_all', 'create')]) {
          const form = { ...(key && { api_key: key }), ...said(id) };
          expect((await ask(request, format, 'servicerequestupdates', { form })).status).toBe(403);
        }
      });
    });

    test('a key in a header gives the same access as one in the address', async ({ request }) => {
      const key = await newKey('read_all');
      const seesFlats = async (options: { params?: Params; headers?: Params }) =>
        (await ask(request, format, 'requests', options)).text.includes('flat-');
      expect(await seesFlats({ headers: { authorization: `Bearer ${key}` } })).toBe(true);
      expect(await seesFlats({ headers: { 'x-api-key': key } })).toBe(true);
      expect(await seesFlats({ params: { api_key: key } })).toBe(true);
      expect(await seesFlats({})).toBe(false);
      const wrong = await ask(request, format, 'requests', { params: { api_key: `${key}x` } });
      expect(wrong.status).toBe(403);
    });
  });
}

test('another format is 404, another method 405, another body 400', async ({ request }) => {
  for (const call of [
    'requests.csv',
    'requests',
    'services.html',
    'discovery.txt',
    'requests/1.xml/2.xml',
  ])
    expect((await request.get(`${api}/${call}`)).status(), call).toBe(404);
  for (const method of ['PUT', 'DELETE', 'PATCH'])
    expect((await request.fetch(`${api}/requests.xml`, { method, data: {} })).status()).toBe(405);
  expect((await request.post(`${api}/services.xml`, { form: {} })).status()).toBe(405);
  const key = await newKey('create');
  const headers = { 'x-api-key': key };
  expect((await request.post(`${api}/requests.json`, { headers, data: { a: 1 } })).status()).toBe(
    400,
  );
  const huge = { description: 'x'.repeat(70_000) };
  expect((await request.post(`${api}/requests.json`, { headers, form: huge })).status()).toBe(400);
});

test('a session gives no access, and every other path refuses a form from another site', async ({
  context,
}) => {
  await signIn(context, CAST.landlord);
  const [flat] = await sql(`select number from public.reports where not is_common limit 1`);
  const request = context.request;
  expect((await request.get(`/boligbygg/saker/${flat!['number']}`)).status()).toBe(200);
  expect((await request.get(`${api}/requests/${flat!['number']}.json`)).status()).toBe(404);
  expect(
    (await request.post(`${api}/requests.json`, { form: { service_code: 'x' } })).status(),
  ).toBe(403);
  for (const origin of ['https://ond.example', undefined]) {
    const answer = await request.post('/boligbygg/systemer?_action=systems.saveIntake', {
      form: { intakeEmail: 'ond@x.example' },
      ...(origin && { headers: { origin } }),
    });
    expect(answer.status()).toBe(403);
  }
  const [row] = await sql('select intake_email from public.landlord_settings');
  expect(row!['intake_email']).not.toBe('ond@x.example');
});

test('a client that asks too often is told to wait', async ({ request }) => {
  const key = await newKey('read_all');
  await sql(
    `insert into private.api_calls (caller_hash, minute_at, calls)
     select private.hash_attempt(k.id::text), date_trunc('minute', now()) + m * interval '1 minute', 600
     from public.api_keys k, generate_series(0, 1) m
     where k.key_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')`,
    [key],
  );
  const answer = await request.get(`${api}/services.json`, { headers: { 'x-api-key': key } });
  expect(answer.status()).toBe(429);
  expect(answer.headers()['retry-after']).toBe('60');
  expect(await answer.json()).toEqual([{ code: 429, description: expect.any(String) }]);
});
