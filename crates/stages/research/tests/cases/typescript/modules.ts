import fastify, { type FastifyInstance } from 'fastify';
import * as api from '../api';
import './telemetry';
import amqp = require('amqplib');
import { default as main, helper as help } from './main';
export * from './orders';
export { create as createOrder, default } from './create';
export const BASE = 'http://orders';
export default class Server extends Base<Order> implements Runs {}
export { api as publicApi };
export async function start(port: number = 80): Promise<void> {}
