// The server starts beside Vite's own.
const echo = { name: 'echo', configureServer: () => void import('./server.mjs') };

export default { plugins: [echo], server: { open: true } };
