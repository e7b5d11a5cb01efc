import { printable } from '../../net/printable.js'

/** Why a probe could not be made, in words. @param what the command or the place that was asked */
export function failureText(error: NodeJS.ErrnoException, what: string): string {
  const { code = '', message } = error
  const words = texts[code]
  if (words !== undefined) return printable(words(what))
  // OpenSSL's and node's names for what a verification can come to.
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)) {
    return printable(`${message || code}; \`insecure: true\` takes any certificate`)
  }
  return printable(message || code || 'failed')
}

const texts: Readonly<Record<string, (what: string) => string>> = {
  ENOENT: (what) => `cannot start ${what}: there is no such command`,
  EACCES: (what) => `cannot start ${what}: not executable for this user`,
  EAGAIN: (what) => `cannot start ${what}: too many processes on this host`,
  EMFILE: (what) => `cannot ask ${what}: too many open files; raise the daemon's limit (LimitNOFILE)`,
  ECONNREFUSED: (what) => `refused: nobody listens on ${what}`,
  ECONNRESET: (what) => `${what} broke the connection off`,
  ETIMEDOUT: (what) => `no answer from ${what}`,
  EHOSTUNREACH: (what) => `${what} does not answer on its link`,
  ENETUNREACH: (what) => `no route to ${what}`,
  EADDRNOTAVAIL: (what) => `this host has no address from which to reach ${what}`,
  ENOTFOUND: (what) => `the name in ${what} has no address`,
}
