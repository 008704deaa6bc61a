import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: 'es2022',
    // What the entry imports is fetched along with it; other chunks are small and on the same server.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_, chunks, { hostType }) => (hostType === 'html' ? chunks : []),
    },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 250,
    rollupOptions: {
      output: {
        entryFileNames: 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  // For work on the page: `npm run dev --workspace page` beside a running server.
  server: { proxy: { '/v1': 'http://127.0.0.1:8080', '/chat': 'http://127.0.0.1:8080' } },
});
