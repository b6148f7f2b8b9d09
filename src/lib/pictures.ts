const webp = (start: Uint8Array) => {
  const text = new TextDecoder('latin1').decode(start);
  return text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP';
};

/**
 * A private WebP picture as the answer to this one person; null is "not found". Somebody may have put other bytes under
 * the name of a picture by going around the portal: those are not passed on.
 */
export async function pictureResponse(file: Blob | null): Promise<Response> {
  if (!file || !webp(await file.slice(0, 12).bytes())) return new Response(null, { status: 404 });
  return new Response(file.stream(), {
    headers: {
      'content-type': 'image/webp',
      'content-length': String(file.size),
      'content-disposition': 'inline',
      'content-security-policy': "default-src 'none'; sandbox",
      // The next person who signs in on the same phone must not find it.
      'cache-control': 'private, no-store',
    },
  });
}
