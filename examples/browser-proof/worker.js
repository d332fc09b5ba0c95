// @ts-check
/** Runs what a module exports in a dedicated worker, as its page asks. */
onmessage = async ({ data: [module, name, input] }) => {
  try {
    postMessage({ result: await (await import(module))[name](...input) });
  } catch (error) {
    postMessage({ problem: String(error instanceof Error ? error.stack : error) });
  }
};
