/**
 * The engine's own limit: the fewest API calls that bring N containers up in one pod, or take them down, from a bare script.
 * Its process start is part of what is measured. Usage: limit.mjs up|noop|down SOCKET PROJECT SHAPE COUNT
 */
import http from 'node:http';

const [verb, socketPath, project, shape, countText] = process.argv.slice(2);
const count = Number(countText);
const atOnce = 4;
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text
      ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
      : {};
    const request = http.request(
      { socketPath, agent, method, path: `/v4.0.0/libpod${path}`, headers },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          answer += chunk;
        });
        response.on('end', () => {
          if (response.statusCode < 400) resolve(answer ? tryJson(answer) : undefined);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`));
        });
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

function tryJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function each(names, work) {
  const queue = [...names];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift()) await work(name);
    }),
  );
}

const names = Array.from({ length: count }, (_, i) => `${project}-s${i + 1}-1`);
const pod = `pod_${project}`;
const start = (name) => call('POST', `/containers/${name}/start`);

function spec(name, index) {
  const health = shape === 'health' && index === 0;
  return {
    name,
    pod,
    image: 'docker.io/library/busybox:latest',
    command: ['sleep', '100000'],
    utsns: { nsmode: 'private' },
    labels: { 'bench.project': project },
    stop_signal: 9,
    ...(health
      ? { healthconfig: { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 5e9, StartPeriod: 0, Retries: 3 } }
      : {}),
  };
}

async function up() {
  await call('POST', '/networks/create', { name: `${project}_default`, driver: 'bridge', dns_enabled: true });
  await call('POST', '/pods/create', {
    name: pod,
    shared_namespaces: ['net'],
    netns: { nsmode: 'bridge' },
    Networks: { [`${project}_default`]: {} },
  });
  await call('POST', `/containers/${(await call('GET', `/pods/${pod}/json`)).InfraContainerID}/start`);
  const early = shape === 'independent' ? start : (name) => call('POST', `/containers/${name}/init`);
  await each(names, async (name) => {
    await call('POST', '/containers/create', spec(name, names.indexOf(name)));
    await call('POST', `/containers/${name}/init`);
    if (early === start) await start(name);
  });
  if (shape === 'chain') for (const name of names) await start(name);
  if (shape === 'health') {
    await start(names[0]);
    await call('GET', `/containers/${names[0]}/healthcheck`);
    await each(names.slice(1), start);
  }
}

async function noop() {
  await Promise.all([
    call('GET', '/containers/json?all=true'),
    call('GET', '/pods/json'),
    call('GET', '/networks/json'),
    call('GET', '/volumes/json'),
    call('GET', '/images/docker.io%2Flibrary%2Fbusybox:latest/json'),
  ]);
}

async function down() {
  await each(names, async (name) => {
    await call('POST', `/containers/${name}/kill?signal=KILL`);
    await call('POST', `/containers/${name}/wait?condition=exited&condition=stopped&interval=20ms`);
    await call('DELETE', `/containers/${name}?volumes=true`);
  });
  await call('DELETE', `/pods/${pod}?force=true`);
  await call('DELETE', `/networks/${project}_default`);
}

await { up, noop, down }[verb]();
agent.destroy();
