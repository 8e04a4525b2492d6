/** First file of `npm start`: plain JavaScript, so that an old Node can say what it lacks instead of failing to read types. */
const NODE_MAJOR_MIN = 24;

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `node_too_old: This is Node ${process.versions.node}; the system needs Node ${NODE_MAJOR_MIN} or newer.\n` +
      'Install Node 24 from https://nodejs.org, or run `npm ci` on Linux, which brings it along.\n',
  );
  process.exitCode = 1;
} else {
  await import('./main.ts');
}
