(async () => {
  await connect();
})().catch(console.error);
for (const { id, name } of await list()) {
  await send(id, name);
}
for (let i = 0; i < items.length; i++) fetch(items[i]);
while (await next()) work();
if (ready()) {
  go();
} else if (isLate) {
  stop();
} else wait();
switch (kind()) {
  case 'a': return first();
  default: second();
}
try { risky(); } catch (error) { log(error); } finally { close(); }
const outer = ({ app, db: store = memory() }, ...args) => {
  function inner() { return store; }
  class Local {}
  throw new Error('x');
};
[left, { right }] = pair();
namespace Shop.Api { export const ROOT = '/shop'; }
Order.prototype.total = function () { return 1; };
