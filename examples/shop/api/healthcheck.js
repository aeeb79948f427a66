// Exits 0 when the server on this port answers /healthz.
const { get } = require('node:http');

get({ host: '127.0.0.1', port: process.argv[2], path: '/healthz', timeout: 2000 }, (response) => {
  process.exit(response.statusCode === 200 ? 0 : 1);
}).on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
