// The entry point of the command line under Node; see node-cli-main.ts.
import { runCli } from './node-cli-main.ts'

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit())

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
})
