import { createApp } from 'vue';
import App from './App.vue';

createApp(App, { url: new URLSearchParams(location.search).get('url') }).mount('#root');
