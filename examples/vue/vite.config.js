import vue from '@vitejs/plugin-vue';

// The server starts beside Vite's own.
const echo = { name: 'echo', configureServer: () => void import('./server.mjs') };

export default { plugins: [vue(), echo], server: { open: true } };
