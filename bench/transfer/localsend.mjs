// LocalSend's way to send (protocol v2), as small as it can be: all names first, then one
// HTTPS POST a file on connections that stay open, two at once.
//   node localsend.mjs serve HOST PORT KEY CERTIFICATE
//   node localsend.mjs send HOST PORT PATH INTO
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const AT_ONCE = 2;
const ROOM = { highWaterMark: 1 << 20 };
const BASE = '/api/localsend/v2';

function serve(host, port, key, cert) {
  const expected = new Map();
  const options = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
  const answer = async (request, response) => {
    const url = new URL(request.url, 'https://here');
    if (url.pathname === `${BASE}/prepare-upload`) {
      const pieces = [];
      for await (const piece of request) pieces.push(piece);
      const { files, into } = JSON.parse(Buffer.concat(pieces));
      for (const one of Object.values(files)) expected.set(one.id, path.join(into, one.fileName));
      response.end(JSON.stringify({ sessionId: '1' }));
      return;
    }
    const target = expected.get(url.searchParams.get('fileId'));
    await fs.promises.mkdir(path.dirname(target), { recursive: true });
    await pipeline(request, fs.createWriteStream(target, ROOM));
    response.end();
  };
  https.createServer(options, answer).listen(Number(port), host);
}

function post(agent, host, port, url, body, size) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': size };
    const options = { host, port, path: BASE + url, method: 'POST', agent, headers, rejectUnauthorized: false };
    const request = https.request(options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    if (typeof body === 'string') request.end(body);
    else body.pipe(request);
  });
}

function listed(top) {
  if (fs.statSync(top).isFile()) return [top];
  const names = fs.readdirSync(top, { recursive: true, withFileTypes: true });
  return names.filter((one) => one.isFile()).map((one) => path.join(one.path, one.name));
}

async function send(host, port, top, into) {
  const agent = new https.Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const files = listed(top).map((place, id) => ({
    id: String(id), fileName: path.relative(path.dirname(top), place), size: fs.statSync(place).size, place,
  }));
  const told = JSON.stringify({ info: { alias: 'bench' }, into, files: Object.fromEntries(files.map((f) => [f.id, f])) });
  await post(agent, host, port, '/prepare-upload', told, Buffer.byteLength(told));
  const upload = async () => {
    for (let file = files.pop(); file; file = files.pop()) {
      const url = `/upload?sessionId=1&fileId=${file.id}&token=1`;
      await post(agent, host, port, url, fs.createReadStream(file.place, ROOM), file.size);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, upload));
  agent.destroy();
}

const [what, ...words] = process.argv.slice(2);
if (what === 'serve') serve(...words);
else await send(...words);
