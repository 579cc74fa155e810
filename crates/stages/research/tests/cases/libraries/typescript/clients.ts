import axios from 'axios';
import fetch from 'node-fetch';
import got from 'got';
import request from 'request';
const orders = axios.create({ baseURL: process.env.ORDERS_URL ?? 'http://orders:8080', timeout: 500 });
const slow = axios.create({ baseURL: 'http://slow' });
export async function all(ids: string[]) {
  await orders.get(`/orders/${ids[0]}`);
  await axios.post('http://pay/charge', {}, { timeout: 100 });
  await axios({ url: 'http://x/y', method: 'put' });
  for (const id of ids) await fetch(`http://stock:9000/items/${id}`);
  await Promise.all(ids.map((id) => fetch('http://stock/' + id, { method: 'DELETE' })));
  await got.post('http://mail/send');
  request('http://old/' + ids, (error, response) => {});
  cache.fetch('key');
}
