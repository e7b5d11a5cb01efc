/** `herald run` under a service manager: a unix socket of the kind that systemd has, and a listener that shares no code with it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { start } from '../../support/process.js'
import { shortDirectory } from '../../support/short-directory.js'
import { waitFor } from '../../support/wait.js'

/** Prints each datagram as one line, newlines as spaces. Debian's base system has Perl, and nothing else that could. */
const listener = `
use IO::Socket::UNIX; $| = 1;
my $path = $ARGV[0]; $path =~ s/^@/\\0/;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $path) or die "$path: $!";
print "listening\\n";
while (defined $socket->recv(my $text, 4096)) { $text =~ tr/\\n/ /; print "$text\\n" }
`

for (const kind of ['path', 'abstract']) {
  t.test(`${kind}: ready, alive, reloading and stopping`, async (t) => {
    const folder = shortDirectory(t)
    const socket = kind === 'path' ? join(folder, 'notify') : `@${join(folder, 'notify')}`
    const manager = start(['perl', '-e', listener, socket])
    t.teardown(() => manager.stop())
    await waitFor('the listener', () => manager.stdout().includes('listening'))
    const file = configuration(folder)
    const herald = start([process.execPath, 'dist/src/main.js', 'run', '-c', file], {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: '200000',
    })
    t.teardown(() => herald.stop())
    const says = (what: RegExp) =>
      waitFor(String(what), () => {
        if (!herald.alive()) throw new Error(herald.output())
        return what.test(manager.stdout())
      })
    await says(/^STATUS=0 of 0 peers established\nREADY=1\nWATCHDOG=1\nWATCHDOG=1\n/m)
    herald.signal('SIGHUP')
    await says(/^RELOADING=1 MONOTONIC_USEC=\d+\n(WATCHDOG=1\n)*READY=1\n/m)
    herald.signal('SIGTERM')
    t.equal(await herald.ended, 0)
    await waitFor('the end', () => manager.stdout().includes('STOPPING=1\n'))
    const [, microseconds = ''] = /MONOTONIC_USEC=(\d+)/.exec(manager.stdout()) ?? []
    t.ok(BigInt(microseconds) < process.hrtime.bigint() / 1000n, 'of the clock that systemd compares it with')
  })
}

t.test('a socket that is gone is told in the log, and nothing else is hurt', async (t) => {
  const folder = shortDirectory(t)
  const file = configuration(folder)
  const herald = start([process.execPath, 'dist/src/main.js', 'run', '-c', file], {
    NOTIFY_SOCKET: join(folder, 'nobody'),
  })
  t.teardown(() => herald.stop())
  await waitFor('the warning', () => /nobody: No such file or directory/.test(herald.output()))
  herald.signal('SIGTERM')
  t.equal(await herald.ended, 0)
})

function configuration(folder: string): string {
  const file = join(folder, 'herald.yaml')
  const control = `{ socket: ${folder}/herald.sock, stateDirectory: ${folder}/state }`
  writeFileSync(file, `bgp: { asn: 65001, routerId: 10.0.0.11, listen: [] }\ncontrol: ${control}\n`)
  return file
}
