// Workers of the scheduler's benches: they finish whatever they are given at once.

/** The report of a worker that has computed all tasks of these messages. */
export function tasksFinished(worker, messages) {
  return {
    type: "tasksFinished",
    from: worker,
    tasks: messages.flatMap((message) => message.tasks),
    attempts: messages.flatMap((message) => message.attempts),
    bytes: messages.flatMap((message) => message.outputBytes),
    durationsMs: messages.flatMap((message) => message.tasks.map(() => 0.01)),
  };
}
