import { Chat } from './chat.js';
import { loadPreferences } from './preferences.js';
import { Store } from './store.js';
import { App } from './ui/app.js';

loadPreferences();
const chat = new Chat(await Store.open());
await chat.start();
const app = new App();
app.chat = chat;
document.body.replaceChildren(app);
performance.mark('ready');
