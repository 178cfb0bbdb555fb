// One call of OpenAI's SDK: what to call comes on stdin, what it gave goes to stdout, as JSON.
import OpenAI from "openai";

const { baseURL, apiKey, method, arguments: given } = JSON.parse(
  await new Response(process.stdin).text(),
);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const path = method.split(".");
const owner = path.slice(0, -1).reduce((object, name) => object[name], client);
const answer = { values: [], error: null };
try {
  const value = await owner[path.at(-1)](given);
  if (Symbol.asyncIterator in value) for await (const each of value) answer.values.push(each);
  else answer.values.push(value);
} catch (error) {
  const { status = null, code = null, param = null, message } = error;
  answer.error = { kind: error.constructor.name, status, code, param, message };
}
process.stdout.write(JSON.stringify(answer));
