import { createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import { keepDraft, shrink, untilDone, upload } from './photo-upload.ts';
import PhotoTile, { photo, type Photo, type TileTexts } from './PhotoTile.tsx';

interface Props {
  max: number;
  /** Ids of pictures that are stored already. */
  stored: string[];
  /** The page of the form. */
  page: string;
  describedBy?: string | undefined;
  texts: TileTexts & Record<'add' | 'take' | 'working', string>;
}

const accept = 'image/jpeg,image/png,image/webp';

/** Pictures are shrunk, shown and sent at once in the background. Without script: the plain input, and the server shrinks. */
export default function PhotoPicker(props: Props) {
  const [photos, setPhotos] = createSignal(
    props.stored.map((id) => photo(`${props.page}/bilder/${id}`, id)),
  );
  const [isReady, setReady] = createSignal(false);
  const [said, setSaid] = createSignal('');
  let input!: HTMLInputElement;
  let save = () => {};

  /** The form carries the files that are not stored, and the ids of those that are. */
  const keep = (next: Photo[]) => {
    const transfer = new DataTransfer();
    for (const { file, id } of next) if (file && !id()) transfer.items.add(file);
    input.files = transfer.files;
    setPhotos(next);
  };
  const send = async (one: Photo) => {
    one.setFailed(false);
    try {
      const answer = await untilDone(() => upload(`${props.page}/bilder`, one.file!));
      if (!photos().includes(one)) return;
      if ('problem' in answer) remove(one, answer.problem);
      else one.setId(answer.photo);
      keep(photos());
      save();
    } catch {
      one.setFailed(true);
    }
  };
  const add = async (from: HTMLInputElement) => {
    const chosen = [...(from.files ?? [])].slice(0, props.max - photos().length);
    if (from !== input) from.value = '';
    setSaid(props.texts.working);
    const files = await Promise.all(chosen.map(shrink));
    const added = files.map((file) => photo(URL.createObjectURL(file), '', file));
    keep([...photos(), ...added]);
    setSaid('');
    added.forEach((one) => void send(one));
  };
  const remove = (one: Photo, why = '') => {
    URL.revokeObjectURL(one.url);
    keep(photos().filter((other) => other !== one));
    setSaid(why);
    input.focus();
    save();
  };
  onMount(() => {
    setReady(true);
    save = keepDraft(input.form!, `${props.page}/utkast`);
  });
  onCleanup(() => photos().forEach(({ url }) => URL.revokeObjectURL(url)));

  return (
    <div class="grid gap-3">
      <Show when={photos().length}>
        <ul role="list" class="grid grid-cols-2 gap-3">
          <For each={photos()}>
            {(one, index) => (
              <PhotoTile
                photo={one}
                index={index()}
                isReady={isReady()}
                texts={props.texts}
                onRemove={() => remove(one)}
                onAgain={() => void send(one)}
              />
            )}
          </For>
        </ul>
      </Show>
      <div class="grid gap-3" classList={{ hidden: photos().length >= props.max }}>
        <Show when={isReady()}>
          <label class="button button-secondary relative pointer-fine:hidden">
            {props.texts.take}
            <input
              type="file"
              class="absolute inset-0 opacity-0"
              accept={accept}
              capture="environment"
              onChange={(event) => void add(event.currentTarget)}
            />
          </label>
        </Show>
        <input
          ref={input}
          id="photos"
          name="photos"
          type="file"
          class="file:me-3 file:min-h-11 file:rounded-md file:border-0 file:bg-green-tint file:px-4 file:font-semibold file:text-green"
          accept={accept}
          multiple
          aria-label={props.texts.add}
          aria-describedby={props.describedBy}
          onChange={(event) => void add(event.currentTarget)}
        />
      </div>
      <p role="status" class="text-sm text-soft">
        {said()}
      </p>
    </div>
  );
}
