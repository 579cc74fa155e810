// POST /orders: parse a JSON order, total its lines, answer with JSON of about 1 KiB.
const app = require('fastify')({ logger: false })
app.post('/orders', (request, reply) => reply.send(answer(request.body)))
function answer (order) {
  const lines = order.lines.map(l => ({ ...l, subtotal: l.quantity * l.price }))
  return { id: order.id, customer: order.customer, state: 'placed', lines, total: lines.reduce((a, l) => a + l.subtotal, 0) }
}
app.listen({ port: +process.argv[2], host: '127.0.0.1' })
