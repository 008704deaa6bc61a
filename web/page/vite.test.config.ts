import { defineConfig } from 'vite';

/** One script with the page's own modules, for tests that look into them in a browser. */
export default defineConfig({
  build: {
    target: 'es2022',
    outDir: 'dist-test',
    minify: false,
    lib: { entry: 'test/modules.ts', formats: ['iife'], name: 'modules', fileName: () => 'modules.js' },
    rollupOptions: { output: { codeSplitting: false } },
  },
});
