/** Preloaded into every Node child: ends it when the parent is gone, however the parent ended. */
// The parent holds the other end of stdin and never writes: its end is the parent's end.
process.stdin.on('close', () => process.exit(1)).on('error', () => process.exit(1));
process.stdin.resume();
process.stdin.unref?.();
