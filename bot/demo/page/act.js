/** Sends the actions of people and of the operator to the server. */

/** Does `action`. If the server refuses it, throws an `Error` with a sentence for the person. */
export async function act(action, fields = {}) {
  const headers = { "Content-Type": "application/json" };
  return await post(action, { headers, body: JSON.stringify(fields) });
}

/** Sends a text, or files with a caption. */
export async function send(seat, text, { files = [], asFile = false, replyTo = 0 } = {}) {
  const fields = { person: seat.person, chat: seat.chat, text, reply_to: replyTo || "" };
  if (!files.length) return await act("send", fields);
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, as_file: asFile })) form.append(name, String(value));
  for (const file of files) form.append("file", file, file.name);
  return await post("send", { body: form });
}

/** Like `fetch`, but its error is a sentence for the person, too. */
export async function reach(address, request = {}) {
  try {
    return await fetch(address, request);
  } catch {
    throw new Error("The demo cannot be reached. Is it still running?");
  }
}

async function post(action, request) {
  const response = await reach(`demo/${action}`, { method: "POST", ...request });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `That failed (${response.status}).`);
  return answer;
}
