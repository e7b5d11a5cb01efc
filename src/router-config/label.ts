/** Cisco's names of route maps and prefix lists end at 63 characters; the vendors add a few. */
const LONGEST = 48

/** 'worker-1-tor-1': what every router takes as the beginning of a name. */
export function labelOf(node: string, peer: string): string {
  return `${plain(node)}-${plain(peer)}`.slice(0, LONGEST).replace(/-$/, '')
}

/** Names here may hold what a router's do not: dots, colons, a zone. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '')
}
