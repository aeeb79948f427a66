/** `logs | head`: when the reader of our output has gone, there is nothing left to do. A full disk is told where that can be. */
export function quietWhenReaderLeaves(): void {
  process.stderr.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    const reason = error.code === 'ENOSPC' ? 'no space left on device' : error.message;
    process.stderr.write(`tscompose: the output cannot be written: ${reason}\n`, () => process.exit(1));
  });
}
