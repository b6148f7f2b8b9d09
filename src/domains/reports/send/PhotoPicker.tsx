import { createSignal, For, onMount, Show } from 'solid-js';
import { keepDraft } from './draft-keeper.ts';
import { createPhotos } from './photo-list.ts';
import PhotoTile, { type TileTexts } from './PhotoTile.tsx';

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
  const [isReady, setReady] = createSignal(false);
  let input!: HTMLInputElement;
  let save = () => {};
  const { photos, said, add, remove, send } = createPhotos({
    max: props.max,
    stored: props.stored,
    page: props.page,
    input: () => input,
    onChange: () => save(),
    working: props.texts.working,
  });
  onMount(() => {
    setReady(true);
    save = keepDraft(input.form!, `${props.page}/utkast`);
  });

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
