const Koa = require('koa');
const Router = require('@koa/router');
const app = new Koa();
const router = new Router({ prefix: '/orders' });
router.get('/:id', show);
router.del('/:id', remove);
app.use(router.routes());
app.listen(3000);
