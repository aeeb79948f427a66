/**
 * Projects for measuring: N busybox services that sleep, in three shapes.
 *   independent  nothing depends on anything
 *   chain        each service depends on the one before it (service_started)
 *   health       one service with a health check; all the others wait for it (service_healthy)
 */
export const shapes = ['independent', 'chain', 'health'];

const image = 'docker.io/library/busybox:latest';

/** @returns {string} the text of a compose file */
export function composeFile(name, shape, count) {
  const lines = [`name: ${name}`, 'services:'];
  for (let i = 1; i <= count; i++) {
    lines.push(
      `  s${i}:`,
      `    image: ${image}`,
      '    command: ["sleep", "100000"]',
      '    stop_signal: SIGKILL',
    );
    lines.push(...dependency(shape, i));
  }
  return `${lines.join('\n')}\n`;
}

function dependency(shape, i) {
  if (shape === 'chain' && i > 1)
    return ['    depends_on:', `      s${i - 1}: { condition: service_started }`];
  if (shape !== 'health') return [];
  if (i > 1) return ['    depends_on:', '      s1: { condition: service_healthy }'];
  return [
    '    healthcheck:',
    '      test: ["CMD", "true"]',
    '      interval: 1s',
    '      timeout: 5s',
    '      retries: 3',
  ];
}
