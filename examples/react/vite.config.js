import react from '@vitejs/plugin-react';

// The server starts beside Vite's own.
const echo = { name: 'echo', configureServer: () => void import('./server.mjs') };

export default { plugins: [react(), echo], server: { open: true } };
