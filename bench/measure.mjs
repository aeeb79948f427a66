/** Runs one command to its end and says what it cost: wall, CPU of the client's process, its peak memory. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

function readProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return {
      cpu: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
      rss: peak ? Number(peak[1]) / 1024 : 0,
    };
  } catch {
    return undefined; // it has ended
  }
}

/**
 * @param {{command: string[], cwd: string, env?: Record<string, string>, timeoutMs?: number}} request
 * @returns {Promise<{code: number, wall: number, cpu: number, rss: number, stderr: string}>} seconds, seconds, MB
 */
export function measure({ command, cwd, env = {}, timeoutMs = 300_000 }) {
  return new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const started = process.hrtime.bigint();
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    let last = { cpu: 0, rss: 0 };
    const poll = setInterval(() => {
      // A process that has ended but is not reaped yet shows no memory: keep the largest seen.
      const now = readProcess(child.pid);
      if (now) last = { cpu: Math.max(now.cpu, last.cpu), rss: Math.max(now.rss, last.rss) };
    }, 5);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-4000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(poll);
      clearTimeout(timer);
      resolve({ code: code ?? 137, wall: Number(process.hrtime.bigint() - started) / 1e9, ...last, stderr });
    });
  });
}

/**
 * Waits until what the last command has left behind is done: for each container that ends its monitor starts one `podman container
 * cleanup`, and whoever is measured next would pay for it.
 */
export async function settled() {
  for (let left = 100; left > 0 && readdirSync('/proc').some(isCleanup); left--)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function isCleanup(pid) {
  if (!/^\d+$/.test(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('container\0cleanup');
  } catch {
    return false; // it has ended
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
