import koffi from 'koffi'
import { libc } from './libc.js'

/** A user of this host. */
export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
}

/** struct passwd (<pwd.h>). */
const passwd = koffi.struct('passwd', {
  name: 'const char *',
  password: 'const char *',
  uid: 'uint32_t',
  gid: 'uint32_t',
  gecos: 'const char *',
  home: 'const char *',
  shell: 'const char *',
})

/** By name, wherever this host keeps its users (nsswitch.conf(5)); undefined when there is none. */
export function findUser(name: string): User | undefined {
  const found = libc.getpwnam(name)
  if (found === null) return undefined
  const { uid, gid, home, shell } = koffi.decode(found, passwd) as User
  return { name, uid, gid, home, shell }
}
