import { createSignal, Show } from 'solid-js';

/** A picture on its way: `id` when it is stored; until then the form itself carries the file. */
export function photo(url: string, stored = '', file?: File) {
  const [id, setId] = createSignal(stored);
  const [isFailed, setFailed] = createSignal(false);
  return { url, file, id, setId, isFailed, setFailed };
}
export type Photo = ReturnType<typeof photo>;

export type TileTexts = Record<'sending' | 'sent' | 'failed' | 'again', string> &
  Record<'remove' | 'kept', string[]>;

interface TileProps {
  photo: Photo;
  index: number;
  isReady: boolean;
  texts: TileTexts;
  onRemove: () => void;
  onAgain: () => void;
}

/** One picture with how far it has come. Without script: a tick to take away. */
export default function PhotoTile(props: TileProps) {
  const state = () =>
    props.photo.id() ? 'sent' : props.photo.isFailed() ? ('failed' as const) : 'sending';
  return (
    <li class="grid content-start gap-2">
      <img class="aspect-square w-full rounded-sm object-cover" src={props.photo.url} alt="" />
      <Show
        when={props.isReady}
        fallback={
          <label class="flex items-center gap-2 text-sm">
            <input type="checkbox" name="photo" value={props.photo.id()} checked />
            {props.texts.kept[props.index]}
          </label>
        }
      >
        <Show when={props.photo.id()}>
          {(id) => <input type="hidden" name="photo" value={id()} />}
        </Show>
        <p role="status" class="text-sm text-soft">
          {props.texts[state()]}
        </p>
        <Show when={state() === 'failed'}>
          <button type="button" class="button button-secondary" onClick={() => props.onAgain()}>
            {props.texts.again}
          </button>
        </Show>
        <button type="button" class="button button-quiet" onClick={() => props.onRemove()}>
          {props.texts.remove[props.index]}
        </button>
      </Show>
    </li>
  );
}
