// Writes the number of products to Redis every few seconds; answers /healthz.
const { createServer } = require('node:http');
const { pool } = require('./database.js');
const { redis } = require('./redis.js');

const database = pool();
let healthy = false;

async function count() {
  try {
    const { rows } = await database.query('SELECT count(*) AS count FROM products');
    await redis('SET', 'products', rows[0].count);
    healthy = true;
  } catch (error) {
    healthy = false;
    console.error(error.message);
  }
}

void count();
const timer = setInterval(count, 5000);
const server = createServer((_request, response) => response.writeHead(healthy ? 200 : 503).end());
server.listen(3001, () => console.log('the worker counts'));
process.on('SIGTERM', () => {
  clearInterval(timer);
  server.close(() => process.exit(0));
});
