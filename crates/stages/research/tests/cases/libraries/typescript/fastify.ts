import Fastify, { FastifyInstance } from 'fastify';
import orders from './orders';
const server = Fastify({ logger: true });
server.register(orders, { prefix: '/orders' });
server.register(async (inner) => { inner.get('/', root); }, { prefix: '/inner' });
server.route({ method: ['GET', 'HEAD'], url: '/x', handler: show });
export async function routes(app: FastifyInstance) {
  app.post<{ Body: Order }>('/lines', { schema }, async (request) => 1);
}
server.listen({ port: 3000 });
