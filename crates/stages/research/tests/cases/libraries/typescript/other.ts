import passport from 'passport';
import jwt from 'jsonwebtoken';
import cron from 'node-cron';
import CircuitBreaker from 'opossum';
import axiosRetry from 'axios-retry';
import { Server } from 'socket.io';
import nodemailer from 'nodemailer';
import client from 'prom-client';
passport.authenticate('jwt');
export function check(token: string) { return jwt.verify(token, key); }
cron.schedule('*/5 * * * *', sweep);
const breaker = new CircuitBreaker(call);
axiosRetry(http, { retries: 3 });
const io = new Server(server);
nodemailer.createTransport({ host: 'mail', port: 25 });
client.collectDefaultMetrics();
describe('orders', () => { it('works', () => {}); });
