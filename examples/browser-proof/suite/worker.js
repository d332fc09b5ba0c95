/** Runs suites in a dedicated worker, as its page asks. */
onmessage = async ({ data: [suite, input] }) => {
  try {
    const { default: run } = await import(`/suite/${suite}.js`);
    postMessage({ result: await run(input) });
  } catch (error) {
    postMessage({ problem: String(error?.stack ?? error) });
  }
};
