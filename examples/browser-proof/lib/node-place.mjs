/** Runs suites in Node, as its parent asks. */
process.on("message", async ([suite, input]) => {
  try {
    const { default: run } = await import(`../suite/${suite}.js`);
    process.send({ result: await run(input) });
  } catch (error) {
    process.send({ problem: String(error?.stack ?? error) });
  }
});
