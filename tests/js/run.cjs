/* Runs through the methods of the official JavaScript client, against the API that the environment
 * variables name, and prints a line of JSON for each: {"method", "ok", "error"}. The last line tells
 * which methods have not been called. */

const { clientFromToken } = require("scalingo");
const parts = require("./steps.cjs");

const { SCALINGO_API_TOKEN, SCALINGO_API_URL, SCALINGO_AUTH_URL, SCALINGO_BILLING_URL } =
  process.env;

function print(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function shown(error) {
  return `${error.status ?? error.name} ${JSON.stringify(error.data ?? error.message)}`;
}

class Runner {
  constructor(client) {
    this.client = client;
    this.called = new Set();
    this.call = this.call.bind(this);
    this.look = this.look.bind(this);
    this.refused = this.refused.bind(this);
    this.send = this.send.bind(this);
  }

  /* Calls a method, such as `Apps.find`, and returns what it gave, after `expected` has seen it. */
  async call(method, args = [], expected = () => true) {
    return this.look(method, () => this.invoke(method, args), expected);
  }

  /* Calls a method that has to be refused with a status, and with what `expected` sees. */
  async refused(method, status, args, expected = () => true) {
    const failing = async () => {
      try {
        await this.invoke(method, args);
      } catch (error) {
        return error;
      }
      return {};
    };
    await this.look(method, failing, (error) => error.status === status && expected(error.data));
  }

  /* Sends a request as later versions of the client do: they call the paths of the database API
   * on the regional host. `root` is the part of the API: `/api`, `/v1` or `/auth/v1`. */
  async send(verb, path, data, root = "/api", expected = (body) => typeof body === "object") {
    const name = path.replace(/ad-[0-9a-f-]+/, ":addon").replace(/[0-9a-f]{24}/g, ":id");
    const request = { method: verb, url: `${SCALINGO_API_URL}${root}${path}`, data };
    const answer = async () => (await this.client.apiClient().request(request)).data;
    return this.look(`${verb} ${root}${name}`, answer, expected);
  }

  async invoke(method, args) {
    this.called.add(method);
    const [part, name] = method.split(".");
    return this.client[part][name](...args);
  }

  async look(method, send, expected) {
    try {
      const result = await send();
      const good = expected(result);
      print(good ? { method, ok: true } : { method, ok: false, error: JSON.stringify(result) });
      return result;
    } catch (error) {
      print({ method, ok: false, error: shown(error) });
      return {};
    }
  }

  uncalled() {
    return Object.entries(this.client)
      .filter(([, part]) => part instanceof Object && "_client" in part)
      .flatMap(([name, part]) =>
        Object.getOwnPropertyNames(Object.getPrototypeOf(part))
          .filter((method) => method !== "constructor")
          .map((method) => `${name}.${method}`),
      )
      .filter((method) => !this.called.has(method));
  }
}

async function main() {
  const runner = new Runner(
    await clientFromToken(SCALINGO_API_TOKEN, {
      apiUrl: SCALINGO_API_URL,
      authApiUrl: SCALINGO_AUTH_URL,
      billingApiUrl: SCALINGO_BILLING_URL,
    }),
  );
  for (const part of parts) {
    try {
      await part(runner);
    } catch (error) {
      print({ method: part.name, ok: false, error: String(error.stack) });
    }
  }
  print({ uncalled: runner.uncalled() });
}

main();
