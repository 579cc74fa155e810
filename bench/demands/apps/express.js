// POST /orders: parse a JSON order, total its lines, answer with JSON of about 1 KiB.
process.env.NODE_ENV = 'production'
const express = require('express')
const app = express()
app.use(express.json())
app.post('/orders', (request, reply) => reply.json(answer(request.body)))
function answer (order) {
  const lines = order.lines.map(l => ({ ...l, subtotal: l.quantity * l.price }))
  return { id: order.id, customer: order.customer, state: 'placed', lines, total: lines.reduce((a, l) => a + l.subtotal, 0) }
}
app.listen(+process.argv[2], '127.0.0.1')
