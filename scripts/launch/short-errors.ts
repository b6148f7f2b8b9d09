/** The auth library prints failed SQL with its parameters: keep personal data out of the log. An error that nothing catches ends the process with its first line. */
export function shortErrors(): void {
  const report = console.error;
  const firstLine = (value: unknown) =>
    String(value instanceof Error ? value.message : value)
      .split('\n')[0]!
      .slice(0, 300);
  console.error = (...args: unknown[]) => report(args.map(firstLine).join(' '));
  process.on('uncaughtException', (error) => {
    console.error(error);
    process.exit(1);
  });
}
