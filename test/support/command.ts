import { execFile } from 'node:child_process'

export interface Output {
  /** Exit status; -1 when a signal ended the command. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly stdin?: string
  readonly timeoutSeconds?: number
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command to its end, whatever its exit status. */
export function attempt(argv: readonly string[], options: CommandOptions = {}): Promise<Output> {
  const [file, ...args] = argv
  if (file === undefined) throw new Error('an empty command')
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      args,
      {
        env: { ...process.env, ...options.env },
        timeout: (options.timeoutSeconds ?? 60) * 1000,
        maxBuffer: 256 * 1024 * 1024,
      },
      (error, stdout, stderr) => {
        const code = error?.code
        // A string code (ENOENT, EACCES) means that the command never ran.
        if (typeof code === 'string') reject(error)
        else resolve({ status: error === null ? 0 : (code ?? -1), stdout, stderr })
      },
    )
    // A command that ends without reading breaks the pipe; its exit status tells all there is to tell.
    child.stdin?.on('error', () => {})
    child.stdin?.end(options.stdin)
  })
}

/** Runs a command that must succeed, and gives what it printed. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const output = await attempt(argv, options)
  if (output.status !== 0) {
    throw new Error(`${argv.join(' ')}: exit status ${output.status}\n${output.stdout}${output.stderr}`)
  }
  return output.stdout
}
