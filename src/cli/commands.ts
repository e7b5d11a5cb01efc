import type { Define } from './cli.js'

/** A command as the help lists it; its file is loaded only when the line names it. */
export interface CommandRow {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<{ readonly define: Define }>
}

/** Every command, in the order of the help. A new one is a file in commands/ and a row here. */
export const commands: readonly CommandRow[] = [
  { name: 'run', summary: 'run the daemon in the foreground', load: () => import('./commands/run.js') },
  {
    name: 'check',
    summary: 'validate a configuration without touching the network',
    load: () => import('./commands/check.js'),
  },
  { name: 'status', summary: 'this node on one screen', load: () => import('./commands/status.js') },
  {
    name: 'peers',
    summary: 'BGP sessions, or everything known of one',
    load: () => import('./commands/peers.js'),
  },
  {
    name: 'routes',
    summary: 'what is wanted, what was sent, what was received',
    load: () => import('./commands/routes.js'),
  },
  {
    name: 'health',
    summary: 'the health checks that hold announcements back, or do not',
    load: () => import('./commands/health.js'),
  },
  {
    name: 'l2',
    summary: 'virtual IPs on the LAN: who answers, and who asked',
    load: () => import('./commands/l2.js'),
  },
  {
    name: 'announce',
    summary: 'announce prefixes at run time, without editing a file',
    load: () => import('./commands/announce.js'),
  },
  {
    name: 'withdraw',
    summary: 'take back what was announced at run time',
    load: () => import('./commands/withdraw.js'),
  },
  {
    name: 'explain',
    summary: 'every gate between wanting a prefix and a peer, or the LAN, having it',
    load: () => import('./commands/explain.js'),
  },
  {
    name: 'doctor',
    summary: 'why a session or a virtual IP does not work, and what to change',
    load: () => import('./commands/doctor.js'),
  },
  {
    name: 'reload',
    summary: 'apply the configuration file again',
    load: () => import('./commands/reload.js'),
  },
  {
    name: 'reset',
    summary: 'drop a session, or only send its routes again',
    load: () => import('./commands/reset.js'),
  },
  {
    name: 'drain',
    summary: 'take this node out of service without loss, or bring it back',
    load: () => import('./commands/drain.js'),
  },
  {
    name: 'decommission',
    summary: 'take this node away for good: every router forgets it at once',
    load: () => import('./commands/decommission.js'),
  },
  {
    name: 'monitor',
    summary: 'follow what happens, one line an event',
    load: () => import('./commands/monitor.js'),
  },
  {
    name: 'router-config',
    summary: "the other side's configuration, in the router's own words",
    load: () => import('./commands/router-config.js'),
  },
  {
    name: 'lab',
    summary: 'a demonstration on this machine: no root, no router needed',
    load: () => import('./commands/lab.js'),
  },
  {
    name: 'completion',
    summary: 'completion of command lines in bash, zsh or fish',
    load: () => import('./commands/completion.js'),
  },
]
