/** The simulator asked from other languages' own HTTP clients, as far as these are installed: each has its own ways with headers and bodies. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulator, start } from '../../simulator/src/index.ts';

/** Makes an event, lists, writes with an old version, deletes without a body; prints the status of each. */
const PYTHON = `
import json, sys, urllib.error, urllib.request
root = sys.argv[1] + '/calendar/v3/calendars/primary/events'
def call(method, url, body=None, **headers):
    data = None if body is None else json.dumps(body).encode()
    headers = {'Authorization': 'Bearer any', 'Content-Type': 'application/json', **{k.replace('_', '-'): v for k, v in headers.items()}}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
status, made = call('POST', root, {'start': {'date': '2027-02-01'}, 'end': {'date': '2027-02-02'}})
event = root + '/' + json.loads(made)['id']
print(status, call('GET', root)[0], call('PATCH', event, {}, If_Match='"1"')[0], call('DELETE', event)[0], call('DELETE', event)[0])
`;

/** Java asks for HTTP/2 first. */
const JAVA = `
import java.net.URI;
import java.net.http.*;
public class Ask {
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  static HttpResponse<String> call(String method, String url, String body, String... headers) throws Exception {
    HttpRequest.BodyPublisher sent = body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).method(method, sent).header("Authorization", "Bearer any");
    if (headers.length > 0) request.headers(headers);
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
  public static void main(String[] arguments) throws Exception {
    String root = arguments[0] + "/calendar/v3/calendars/primary/events";
    HttpResponse<String> made = call("POST", root, "{\\"start\\": {\\"date\\": \\"2027-02-01\\"}, \\"end\\": {\\"date\\": \\"2027-02-02\\"}}");
    String event = root + "/" + made.body().replaceAll("(?s).*?\\"id\\":\\"(\\\\w+)\\".*", "$1");
    System.out.println(made.statusCode() + " " + call("GET", root, null).statusCode() + " "
        + call("PATCH", event, "{}", "If-Match", "\\"1\\"").statusCode() + " "
        + call("DELETE", event, null).statusCode() + " " + call("DELETE", event, null).statusCode());
  }
}
`;

const LANGUAGES = [
  { command: 'python3', file: 'ask.py', source: PYTHON },
  { command: 'java', file: 'Ask.java', source: JAVA },
] as const;

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await start();
  folder = mkdtempSync(join(tmpdir(), 'simulator-languages-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await simulator.close();
});

for (const { command, file, source } of LANGUAGES) {
  if (spawnSync(command, ['--version']).status !== 0) {
    test.skip(`${command} gets the usual answers (${command} is not installed)`, () => undefined);
    continue;
  }
  test(`${command} gets the usual answers`, async () => {
    writeFileSync(join(folder, file), source);
    const program = spawn(command, [join(folder, file), simulator.url]);
    const [printed, failed] = await Promise.all([text(program.stdout), text(program.stderr), once(program, 'exit')]);
    // What it says on the side, such as which options Java picked up, does not count.
    expect(printed.trim() || failed).toBe('200 200 412 204 410');
  }, 60_000);
}
