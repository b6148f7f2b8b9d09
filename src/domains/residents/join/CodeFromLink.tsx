import { createSignal, onMount } from 'solid-js';

/**
 * A code that came behind the # of a link on paper goes into its field, and out of the address. Browsers send that part
 * to nobody. Without script the code is typed.
 */
export default function CodeFromLink(props: { field: string; done: string }) {
  const [said, say] = createSignal('');
  onMount(() => {
    const code = /^#([0-9A-Za-z-]{4,40})$/.exec(location.hash)?.[1];
    const field = document.getElementById(props.field);
    if (!code || !(field instanceof HTMLInputElement)) return;
    field.closest('details')?.setAttribute('open', '');
    field.value = code.replaceAll('-', '').replace(/(.{4})(?=.)/g, '$1-');
    field.focus();
    history.replaceState(null, '', location.pathname + location.search);
    say(props.done);
  });
  return (
    <p role="status" class="min-h-px">
      {said()}
    </p>
  );
}
