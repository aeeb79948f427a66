// As much of Redis' protocol as the shop needs: one command, one answer.
const { connect } = require('node:net');

exports.redis = (...words) =>
  new Promise((resolve, reject) => {
    const socket = connect(6379, process.env.REDIS_HOST);
    let answer = '';
    socket.setEncoding('utf8').setTimeout(2000, () => socket.destroy(new Error('redis does not answer')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      answer += chunk;
      const end = answer.indexOf('\r\n');
      if (end < 0) return;
      socket.end();
      if (answer[0] === '-') reject(new Error(answer.slice(1, end)));
      else resolve(answer.slice(1, end));
    });
    socket.write(
      `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`,
    );
  });
