import { constants } from 'node:os'
import koffi from 'koffi'
import type { ErrorNumber } from './os-error.js'

const c = koffi.load(null)

/** struct sock_fprog (<linux/filter.h>). */
const sockFprog = koffi.struct('sock_fprog', { len: 'uint16_t', filter: 'const void *' })
export const sizeofSockFprog = koffi.sizeof(sockFprog)

/** The C library as it is: -1 on failure, and then `errno`, at once, has the reason. socklen_t is 32 bits. */
export const libc = {
  socket: c.func('int socket(int domain, int type, int protocol)') as (
    domain: number,
    type: number,
    protocol: number,
  ) => number,
  bind: c.func('int bind(int fd, const void *address, uint32_t length)') as (
    fd: number,
    address: Uint8Array,
    length: number,
  ) => number,
  listen: c.func('int listen(int fd, int backlog)') as (fd: number, backlog: number) => number,
  setsockopt: c.func('int setsockopt(int fd, int level, int name, const void *value, uint32_t length)') as (
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    length: number,
  ) => number,
  getsockopt: c.func(
    'int getsockopt(int fd, int level, int name, void *value, _Inout_ uint32_t *length)',
  ) as (fd: number, level: number, name: number, value: Uint8Array, length: [number]) => number,
  sendto: c.func(
    'int64_t sendto(int fd, const void *data, size_t size, int flags, const void *to, uint32_t length)',
  ) as (fd: number, data: Uint8Array, size: number, flags: number, to: Uint8Array, length: number) => number,
  recvfrom: c.func(
    'int64_t recvfrom(int fd, void *data, size_t size, int flags, void *from, _Inout_ uint32_t *length)',
  ) as (
    fd: number,
    data: Uint8Array,
    size: number,
    flags: number,
    from: Uint8Array,
    length: [number],
  ) => number,
  send: c.func('int64_t send(int fd, const void *data, size_t size, int flags)') as (
    fd: number,
    data: Uint8Array,
    size: number,
    flags: number,
  ) => number,
  recv: c.func('int64_t recv(int fd, void *data, size_t size, int flags)') as (
    fd: number,
    data: Uint8Array,
    size: number,
    flags: number,
  ) => number,
  epollCreate: c.func('int epoll_create1(int flags)') as (flags: number) => number,
  epollControl: c.func('int epoll_ctl(int epoll, int operation, int fd, const void *event)') as (
    epoll: number,
    operation: number,
    fd: number,
    event: Uint8Array,
  ) => number,
  epollWait: c.func('int epoll_wait(int epoll, void *events, int most, int milliseconds)') as (
    epoll: number,
    events: Uint8Array,
    most: number,
    milliseconds: number,
  ) => number,
  eventfd: c.func('int eventfd(unsigned int value, int flags)') as (value: number, flags: number) => number,
  read: c.func('int64_t read(int fd, void *data, size_t size)') as (
    fd: number,
    data: Uint8Array,
    size: number,
  ) => number,
  write: c.func('int64_t write(int fd, const void *data, size_t size)') as (
    fd: number,
    data: Uint8Array,
    size: number,
  ) => number,
  ifNameToIndex: c.func('uint32_t if_nametoindex(const char *name)') as (name: string) => number,
  attachFilter: c.func(
    'int setsockopt(int fd, int level, int name, const sock_fprog *filter, uint32_t length)',
  ) as (
    fd: number,
    level: number,
    name: number,
    filter: { readonly len: number; readonly filter: Uint8Array },
    length: number,
  ) => number,
  close: c.func('int close(int fd)') as (fd: number) => number,
  getpwnam: c.func('void *getpwnam(const char *name)') as (name: string) => bigint | null,
  initgroups: c.func('int initgroups(const char *name, uint32_t gid)') as (
    name: string,
    gid: number,
  ) => number,
  setresgid: c.func('int setresgid(uint32_t real, uint32_t effective, uint32_t saved)') as Identify,
  setresuid: c.func('int setresuid(uint32_t real, uint32_t effective, uint32_t saved)') as Identify,
  prctl: c.func(
    'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
  ) as (option: number, a: number, b: number, c: number, d: number) => number,
  /** What has no function of its own in every C library. */
  syscall: c.func('long syscall(long number, int a, void *b, unsigned int c, unsigned int d)') as (
    number: number,
    a: number,
    b: Uint8Array,
    c: number,
    d: number,
  ) => number,
  capset: c.func('int capset(const void *header, const void *data)') as (
    header: Uint8Array,
    data: Uint8Array,
  ) => number,
  /** Does not return when it succeeds. Both lists end with null. */
  execve: c.func('int execve(const char *path, const char **words, const char **environment)') as (
    path: string,
    words: readonly (string | null)[],
    environment: readonly (string | null)[],
  ) => number,
}

type Identify = (real: number, effective: number, saved: number) => number

const strerror = c.func('const char *strerror(int number)') as (number: number) => string

const codes = new Map(Object.entries(constants.errno).map(([code, number]) => [number, code]))

/** Why the call before this one failed. */
export function errno(): ErrorNumber {
  const number = koffi.errno()
  return { code: codes.get(number) ?? `E${number}`, text: strerror(number) }
}
