import { serve } from 'holdfast-ws/tabs/worker';

// The key is the address, so that each test has its own server.
serve(({ key }) => ({ url: key }));
