import crypto from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

type Meta = {
  cacheControl: string;
  contentLength: number;
  size: number;
  mimetype: string;
  lastModified: Date;
  eTag: string;
};

/** Files on disk under a hash of bucket and key: no traversal, no clash of `a` and `a/b`, atomic replace. */
export function fileStore(root: string) {
  const file = (bucket: string, key: string) => {
    const hash = crypto.createHash('sha256').update(`${bucket}/${key}`).digest('hex');
    return path.join(root, hash.slice(0, 2), hash);
  };
  const remove = async (bucket: string, key: string) => {
    const name = file(bucket, key);
    await Promise.all([name, `${name}.json`].map((part) => fs.rm(part, { force: true })));
  };
  return {
    driver: fs,
    getObject: async (bucket: string, key: string) => {
      const name = file(bucket, key);
      return { httpStatusCode: 200, metadata: await metaOf(name), body: await fs.readFile(name) };
    },
    uploadObject: async (
      b: string,
      k: string,
      _v: unknown,
      body: unknown,
      type: string,
      cache: string,
    ) => write(file(b, k), await bytesOf(body), type, cache),
    deleteObject: remove,
    deleteObjects: async (bucket: string, keys: string[]) => {
      for (const key of keys) await remove(bucket, key);
    },
    copyObject: async (b: string, k: string, _v: unknown, toBucket: string, toKey: string) => {
      const { mimetype, cacheControl } = await metaOf(file(b, k));
      const body = await fs.readFile(file(b, k));
      const meta = await write(file(toBucket, toKey), body, mimetype, cacheControl);
      return { httpStatusCode: 200, ...meta };
    },
    headObject: (bucket: string, key: string) => metaOf(file(bucket, key)),
    privateAssetUrl: (bucket: string, key: string) =>
      Promise.resolve(`file://${file(bucket, key)}`),
  };
}

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  return new Uint8Array(await new Response(body as BodyInit).arrayBuffer());
}

async function metaOf(name: string): Promise<Meta> {
  const meta = JSON.parse(await fs.readFile(`${name}.json`, 'utf8')) as Meta;
  return { ...meta, lastModified: new Date(meta.lastModified) };
}

async function write(name: string, body: Uint8Array, type: string, cache: string): Promise<Meta> {
  await fs.mkdir(path.dirname(name), { recursive: true, mode: 0o700 });
  const meta: Meta = {
    cacheControl: cache,
    contentLength: body.length,
    size: body.length,
    mimetype: type,
    lastModified: new Date(),
    eTag: `"${crypto.createHash('md5').update(body).digest('hex')}"`,
  };
  await put(name, body);
  await put(`${name}.json`, JSON.stringify(meta));
  return meta;
}

async function put(name: string, data: string | Uint8Array): Promise<void> {
  const half = `${name}.${crypto.randomUUID()}`;
  await fs.writeFile(half, data, { mode: 0o600, flush: true });
  await fs.rename(half, name);
}
