/** The one request that a sign-in ends with: a browser that is sent back to this machine. */
import { createServer } from 'node:http';

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Cosmopay</title><p>Done: go back to the terminal window. 터미널 창으로 돌아가세요. 请回到终端窗口。</p>';

/** As `SignInPorts.receive`; on loopback only. */
export const receiveCode = (port: number, withinMs: number): Promise<URLSearchParams> =>
  new Promise((resolve, reject) => {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const isIt = request.method === 'GET' && pathname === '/signed-in';
      response.writeHead(isIt ? 200 : 404, {
        'content-type': 'text/html; charset=utf-8',
        connection: 'close',
      });
      response.end(isIt ? PAGE : '', () => {
        if (isIt) {
          end();
          resolve(searchParams);
        }
      });
    });
    const late = setTimeout(() => {
      end();
      reject(new Error('nobody came'));
    }, withinMs);
    const end = (): void => {
      clearTimeout(late);
      server.close();
    };
    server.once('error', (error) => {
      end();
      reject(error);
    });
    server.listen(port, '127.0.0.1');
  });
