// Opens a dashboard's stream of frames, as its page does.
import { once } from "node:events";
import { type ClientOptions, WebSocket } from "ws";

/** A stream, which begins with a frame of everything. */
export function openStream(link: string, options: ClientOptions = {}): WebSocket {
  const address = new URL("api/v1/stream", link);
  address.protocol = "ws:";
  return new WebSocket(address, options);
}

/** The next frame; throws where the stream ends before. */
export async function nextFrame(stream: WebSocket): Promise<string> {
  const ended = once(stream, "close").then(() => {
    throw new Error("the stream has ended");
  });
  const [data] = await Promise.race([once(stream, "message"), ended]);
  return String(data);
}
