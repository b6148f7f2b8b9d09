/** What the browser does with a picture before the form is sent. No Solid here. */

const longestSide = 1600; // px
const answerWithin = 60_000; // ms; a picture over a slow network

/** The picture at most 1600 px wide and high, as JPEG; the file itself when this browser cannot read or shrink it. */
export async function shrink(file: File): Promise<File> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(
    () => null,
  );
  if (!picture) return file;
  const scale = Math.min(1, longestSide / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => {
    canvas.toBlob(done, 'image/jpeg', 0.85);
  });
  return blob && blob.size < file.size
    ? new File([blob], file.name.replace(/\.\w+$/, '.jpg'), { type: 'image/jpeg' })
    : file;
}

type Uploaded = { photo: string } | { problem: string };

/** Sends one picture: its id, or why it cannot be used. Throws when it did not arrive or nobody is signed in any more. */
export async function upload(url: string, file: File): Promise<Uploaded> {
  const body = new FormData();
  body.set('photos', file);
  const signal = AbortSignal.timeout(answerWithin);
  const answer = await fetch(url, { method: 'POST', body, signal });
  if (answer.redirected || ![201, 422].includes(answer.status)) throw new Error('not stored');
  return answer.json() as Promise<Uploaded>;
}

/** Waits, but no longer than until the phone is online again. */
const pause = (ms: number) =>
  new Promise<void>((done) => {
    setTimeout(done, ms);
    addEventListener('online', () => done(), { once: true });
  });

/** Retries until it succeeds, with growing pauses; throws the last error. */
export async function untilDone<Result>(
  work: () => Promise<Result>,
  pauses = [1000, 3000, 9000, 20_000],
  wait = pause,
): Promise<Result> {
  for (const ms of pauses) {
    try {
      return await work();
    } catch {
      await wait(ms);
    }
  }
  return work();
}
