import { createApp } from 'vue';
import App from './App.vue';

const url = new URLSearchParams(location.search).get('url') ?? 'ws://localhost:8787';
createApp(App, { url }).mount('#root');
