/** Preloaded into every Node child: ends it when the parent is gone, however the parent ended. */
// Killed, not ended: nobody reads its last words any more, and a log that waits for them to be taken would keep it, and its port, for ever.
const end = () => process.kill(process.pid, 'SIGKILL');
// The parent holds the other end of stdin and never writes: its end is the parent's end.
process.stdin.on('close', end).on('error', end);
process.stdin.resume();
process.stdin.unref?.();
