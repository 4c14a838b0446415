// The script of an actor's thread: makes the instance and has its calls run.
import { MessageChannel, type MessagePort, parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/assert.js";
import { Host, installHost } from "../../base/host.js";
import { portTransport } from "../../comm/message-port/port-transport.js";
import { setTaskContext } from "../../context/task-context.js";
import { FUNCTION_SHIPPER } from "../../functions/shipped-function.js";
import { NPM } from "../../shipping/modules/installed-packages.js";
import { preloadModule } from "../../shipping/modules/load-modules.js";
import { nodeShipper } from "../../shipping/ship-function.js";
import { unpackWhenReady } from "../../shipping/values/value-bytes.js";
import { collectSoon } from "../../system/garbage-collection.js";
import { runNpm } from "../host/run-npm.js";
import { TaskConsole } from "../tasks/task-console.js";
import { ThreadSpans } from "../tasks/thread-spans.js";
import { packThrown } from "../tasks/thrown-values.js";
import { ActorCalls, membersOf } from "./actor-calls.js";
import type { ActorThreadStart, FromActorThread, ThreadCalls } from "./actor-thread-messages.js";

assert(
  parentPort !== null,
  "actor-thread-main.js is the script of a thread and was run as a program",
);
const port = parentPort;
installHost(new Host().with(FUNCTION_SHIPPER, nodeShipper).with(NPM, runNpm));
const { maker, concurrency, preload, clock, worker, schedulerAddress } =
  workerData as ActorThreadStart;

function send(message: FromActorThread, transfer: (ArrayBuffer | MessagePort)[] = []): void {
  port.postMessage(message, transfer);
}

// Output between calls is attributed to the last call.
const ownConsole = new TaskConsole((printed) => send({ type: "printed", ...printed }));
ownConsole.takeOver(console);

const spans = new ThreadSpans((taken) => send({ type: "spans", spans: taken }));

/** Promises of messages that the scheduler must receive before callers are answered. */
const debts = new Set<Promise<void>>();

// The context for getClient(). No tasks run here, so a wait frees no thread. No task runs here
// whose thread others wait for.
setTaskContext({
  address: schedulerAddress,
  worker,
  transport: portTransport(() => {
    const { port1, port2 } = new MessageChannel();
    send({ type: "line", port: port1 }, [port1]);
    return port2;
  }),
  beginWait: () => undefined,
  currentTask: () => undefined,
  atEnd: () => undefined,
  refersTo: () => undefined,
  owes: (promise) => {
    const debt: Promise<void> = promise.catch(() => undefined).then(() => void debts.delete(debt));
    debts.add(debt);
  },
  noteSpan: (name, startMs, durationMs) => spans.add(-1, name, startMs, durationMs),
  collect: collectSoon,
});

async function make(): Promise<object> {
  ownConsole.begin();
  await Promise.all(preload.map(preloadModule));
  const [Class, args] = (await unpackWhenReady(maker)) as [new (...args: unknown[]) => object, []];
  const instance = new Class(...args);
  await Promise.all(debts);
  return instance;
}

try {
  const instance = await make();
  const calls = new ActorCalls(
    instance,
    concurrency,
    { clock, console: ownConsole, debts },
    (answers, buffer) => {
      spans.flush();
      send(answers, [buffer]);
    },
  );
  port.on("message", (message: ThreadCalls) => calls.take(message));
  send({ type: "made", ...membersOf(instance) });
} catch (error) {
  send({ type: "failed", error: packThrown(error) });
}
