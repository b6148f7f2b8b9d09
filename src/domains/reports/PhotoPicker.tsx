import { createSignal, For, onCleanup, Show } from 'solid-js';

interface Props {
  max: number;
  label: string;
  describedBy?: string | undefined;
  texts: { remove: string[]; working: string };
}

const longestSide = 1600;

/** The picture at most 1600 px wide and high, as JPEG; the file itself when this browser cannot read or shrink it. */
async function shrink(file: File): Promise<File> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
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

/** The file input with preview, shrinking and removing. Without script it is the plain input, and the server shrinks. */
export default function PhotoPicker(props: Props) {
  const [photos, setPhotos] = createSignal<{ file: File; url: string }[]>([]);
  const [working, setWorking] = createSignal(false);
  let input!: HTMLInputElement;

  /** What the form will send is what is shown. */
  const keep = (next: { file: File; url: string }[]) => {
    const transfer = new DataTransfer();
    for (const { file } of next) transfer.items.add(file);
    input.files = transfer.files;
    setPhotos(next);
  };
  const add = async () => {
    const chosen = [...(input.files ?? [])];
    // Choosing again adds: people take one photo at a time.
    const room = props.max - photos().length;
    setWorking(true);
    const shrunk = await Promise.all(
      chosen.slice(0, room).map((file) => shrink(file).catch(() => file)),
    );
    keep([...photos(), ...shrunk.map((file) => ({ file, url: URL.createObjectURL(file) }))]);
    setWorking(false);
  };
  const remove = (url: string) => {
    URL.revokeObjectURL(url);
    keep(photos().filter((photo) => photo.url !== url));
    input.focus();
  };
  onCleanup(() => photos().forEach(({ url }) => URL.revokeObjectURL(url)));

  return (
    <div class="grid gap-3">
      <input
        ref={input}
        id="photos"
        name="photos"
        type="file"
        class="file:me-3 file:min-h-11 file:rounded-md file:border-0 file:bg-green-tint file:px-4 file:font-semibold file:text-green"
        accept="image/jpeg,image/png,image/webp"
        multiple
        aria-label={props.label}
        aria-describedby={props.describedBy}
        onChange={add}
      />
      <p role="status" class="text-sm text-soft">
        {working() ? props.texts.working : ''}
      </p>
      <Show when={photos().length}>
        <ul role="list" class="grid grid-cols-2 gap-3">
          <For each={photos()}>
            {(photo, index) => (
              <li class="grid gap-2">
                <img
                  class="aspect-square w-full object-cover"
                  src={photo.url}
                  alt={photo.file.name}
                />
                <button
                  type="button"
                  class="button button-secondary"
                  onClick={() => remove(photo.url)}
                >
                  {props.texts.remove[index()]}
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  );
}
