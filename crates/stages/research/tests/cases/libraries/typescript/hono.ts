import { Hono } from 'hono';
const app = new Hono().basePath('/api');
const books = new Hono();
books.get('/:id', (c) => c.text(''));
app.route('/books', books);
