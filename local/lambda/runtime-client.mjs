/** Preloaded into the official runtime client: its native add-on, in JavaScript, so that nothing is compiled. */
import { Agent, request } from 'node:http';
import Module from 'node:module';

const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`;
const agent = new Agent({ keepAlive: true, maxSockets: 2 });

const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const content =
      body === undefined
        ? headers
        : {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
            ...headers,
          };
    const outgoing = request(base + path, { method, agent, headers: content }, (response) => {
      const chunks = [];
      response
        .on('data', (chunk) => chunks.push(chunk))
        .on('end', () =>
          resolve({ bodyJson: Buffer.concat(chunks).toString(), headers: response.headers }),
        )
        .on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

// The runtime asks for more work without waiting for its answer to be posted: the order is kept here.
let posting = Promise.resolve();
const client = {
  initializeClient: () => undefined,
  next: async () => {
    await posting;
    return call('GET', 'next');
  },
  done: (id, body) => {
    posting = call('POST', `${id}/response`, body);
  },
  error: (id, body) => {
    posting = call('POST', `${id}/error`, body, {
      'lambda-runtime-function-error-type': 'Unhandled',
    });
  },
};
const load = Module._load;
Module._load = function loadOrReplace(name, ...rest) {
  return name === './rapid-client.node' ? client : load.call(this, name, ...rest);
};
