import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

const at = (path: string): string => resolve(import.meta.dirname, path)

/**
 * The targets are stated because the same build runs on the official Electron and on the older one of
 * electron/setup; derived targets would follow the package alone. Native packages stay outside.
 */
const node = { target: 'node20.18', minify: false, sourcemap: false, emptyOutDir: true } as const
const native = ['electron', 'onnxruntime-node', 'better-sqlite3']

export default defineConfig({
  main: {
    build: {
      ...node,
      externalizeDeps: false,
      outDir: 'out/app/main',
      rolldownOptions: {
        input: { main: at('electron/main.ts'), host: at('electron/inference/host.ts') },
        external: native,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'parts/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      ...node,
      externalizeDeps: false,
      outDir: 'out/app/preload',
      rolldownOptions: {
        input: { preload: at('electron/preload.ts') },
        external: ['electron'],
        // A sandboxed preload is loaded as a classic script.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    plugins: [svelte()],
    build: {
      target: 'chrome130',
      sourcemap: false,
      emptyOutDir: true,
      outDir: at('out/app/renderer'),
      rolldownOptions: { input: at('renderer/index.html') },
    },
  },
})
