import { createHash } from 'node:crypto';
import { generateHydrationScript } from 'solid-js/web';

/**
 * Astro hashes its own inline scripts for the Content-Security-Policy but not the one that Solid prints before its
 * first island; without this hash islands die with "reading 'done'".
 */
const script = generateHydrationScript()
  .replace(/^<script[^>]*>/, '')
  .replace(/<\/script>.*$/s, '');
export const solidHydrationHash = `sha256-${createHash('sha256').update(script).digest('base64')}`;
