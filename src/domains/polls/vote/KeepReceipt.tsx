import { createSignal, onMount, Show } from 'solid-js';
import { keptReceipt } from './kept-receipt.ts';

interface Props {
  pollId: string;
  code: string;
  texts: Record<'keep' | 'hint' | 'kept' | 'remove', string>;
}

/** Keeps the receipt in this browser, when asked to. Without script there is no button: paper keeps it as well. */
export default function KeepReceipt(props: Props) {
  const [kept, setKept] = createSignal<boolean | null>(null);
  const look = () => setKept(keptReceipt.read(props.pollId) === props.code);
  const keep = () => {
    keptReceipt.keep(props.pollId, props.code);
    look();
  };
  const remove = () => {
    keptReceipt.forget(props.pollId);
    look();
  };
  onMount(look);
  return (
    <Show when={kept() !== null}>
      <div class="no-print grid w-full justify-items-start gap-1">
        <Show
          when={kept()}
          fallback={
            <button type="button" class="button button-secondary" onClick={keep}>
              {props.texts.keep}
            </button>
          }
        >
          <p role="status" class="font-semibold">
            {props.texts.kept}
          </p>
          <button type="button" class="button button-quiet" onClick={remove}>
            {props.texts.remove}
          </button>
        </Show>
        <p class="text-sm text-soft">{props.texts.hint}</p>
      </div>
    </Show>
  );
}
