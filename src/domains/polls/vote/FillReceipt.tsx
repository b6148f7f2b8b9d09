import { createSignal, onMount, Show } from 'solid-js';
import { keptReceipt } from './kept-receipt.ts';

interface Props {
  pollId: string;
  /** The field it is written into. */
  field: string;
  texts: Record<'fill' | 'remove', string>;
}

/** Fills a field with the receipt stored on this phone, or deletes it. Prints nothing when there is none. */
export default function FillReceipt(props: Props) {
  const [code, setCode] = createSignal<string | null>(null);
  onMount(() => setCode(keptReceipt.read(props.pollId)));
  const fill = () => {
    const field = document.getElementById(props.field) as HTMLInputElement;
    field.value = code()!;
    field.focus();
  };
  const remove = () => {
    keptReceipt.forget(props.pollId);
    setCode(null);
  };
  return (
    // Must have a size: it is loaded when it is seen, and it is inside a folded section.
    <div class="mt-2 flex min-h-px flex-wrap gap-x-4">
      <Show when={code()}>
        <button type="button" class="button button-quiet" onClick={fill}>
          {props.texts.fill}
        </button>
        <button type="button" class="button button-quiet" onClick={remove}>
          {props.texts.remove}
        </button>
      </Show>
    </div>
  );
}
