/** Builds the preview page, so that screens are seen under the same content policy as in the app. */
import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  base: './',
  plugins: [svelte()],
  build: {
    target: 'chrome130',
    outDir: resolve(here, '../../.cache/preview'),
    emptyOutDir: true,
    rolldownOptions: { input: resolve(here, 'preview.html') },
  },
})
