import { createSignal, onMount, Show } from 'solid-js';

/** Prints the page, or saves it where the phone offers that. Without script there is no button: the browser's own menu prints. */
export default function PrintButton(props: { label: string }) {
  const [isReady, setReady] = createSignal(false);
  onMount(() => setReady(true));
  return (
    <Show when={isReady()}>
      <button type="button" class="button button-secondary" onClick={() => print()}>
        {props.label}
      </button>
    </Show>
  );
}
